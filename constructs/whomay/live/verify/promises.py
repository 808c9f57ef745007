"""The contract as an account has it: each statement about one principal, with the names made there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from whomay.engine import Snapshot, UnknownNameError
from whomay.engine.changes import Deployed, deployed, texts_in
from whomay.engine.contract import Stated, problems
from whomay.engine.names import principals_named
from whomay.engine.snapshot import Principal, Resource
from whomay.engine.templates import AccountSnapshot
from whomay.iam.arn import name_in
from whomay.iam.patterns.symbols import display, is_symbolic
from whomay.live.errors import LiveError

_NOT_TOLD: Final = (
    "no stack of the Regions that were read tells the name of {}: it is not deployed, or elsewhere"
)
_GONE: Final = "the account has no {}: it was deleted, or made again under another name"
P = TypeVar("P", Principal, Resource)
_ENDPOINT: Final = "aws:sourcevpce"
_NO_ENDPOINTS: Final = "the statement is about a VPC endpoint, and its policy is not read"


@dataclass(frozen=True, slots=True)
class Promise:
    """A statement about one principal; `stated` has the names that the account has.

    `path` is the principal's construct path, `stack` and `region` where it was made, empty where no
    stack tells it. `unknown` says why it cannot be asked of the account, `gone` that the principal
    is not there. `account` is the one that the principal is in.
    """

    stated: Stated
    path: str
    account: str
    stack: str = ""
    region: str = ""
    unknown: str = ""
    gone: str = ""

    @property
    def arn(self) -> str:
        """The principal's ARN in the account."""
        return self.stated.principal


@dataclass(frozen=True, slots=True)
class Promised:
    """A contract as an account has it. `there` is the account, and other accounts as reviewed.

    `resources` are the ARNs of the app's own resources, users and roles in the account.
    """

    promises: tuple[Promise, ...]
    there: Snapshot
    resources: tuple[str, ...]


def promised(
    contract: Iterable[Stated], app: Snapshot, account: Snapshot, told: AccountSnapshot
) -> Promised:
    """Return the statements of the contract as the account has them, by principal.

    What the app has in other accounts, or an organization above them, is taken as it was reviewed:
    one account does not tell it.

    Raises LiveError for a statement that says nothing, as `whomay check` finds it.
    """
    statements = (*contract,)
    names = deployed(app, told.account, [*told.stacks()], texts_in(statements))
    reviewed = names.snapshot
    there = replace(
        account,
        principals=(*account.principals, *_elsewhere(reviewed.principals, told.account)),
        resources=(*account.resources, *_elsewhere(reviewed.resources, told.account)),
        scps=reviewed.scps,
        scp_accounts=reviewed.scp_accounts,
        management_account=reviewed.management_account,
        organization=reviewed.organization,
        levels=reviewed.levels,
    )
    made = (*_promises(statements, app, there, told, names),)
    return Promised(made, there, (*_own(names, app, told.account),))


def _own(names: Deployed, app: Snapshot, account: str) -> Iterator[str]:
    """Yield the ARNs of what the app has in the account; one whose name nobody told is left out."""
    placed = [(each.arn, each.account) for each in names.snapshot.resources]
    placed += [(each.arn, each.account) for each in names.snapshot.principals]
    elsewhere = {arn for arn, owner in placed if owner != account}
    arns = (*(arn for arn, _ in placed), *map(names.written, app.arns.values()))
    yield from (arn for arn in dict.fromkeys(arns) if arn not in elsewhere and not is_symbolic(arn))


def _elsewhere(placed: Iterable[P], account: str) -> Iterator[P]:
    yield from (each for each in placed if each.account != account)


def _promises(
    statements: Iterable[Stated],
    app: Snapshot,
    there: Snapshot,
    told: AccountSnapshot,
    names: Deployed,
) -> Iterator[Promise]:
    made_by = {
        (kind, physical): (stack.name, stack.region)
        for stack in told.stacks()
        for kind, physical in stack.resources.values()
    }
    known = {one.arn for one in there.principals}
    for stated in statements:
        for principal in _subjects(stated, app):
            kind = f"AWS::IAM::{principal.kind.value.capitalize()}"
            one = _promise(stated, principal, names)
            stack, region = made_by.get((kind, name_in(one.arn)), ("", ""))
            placed = replace(one, stack=stack, region=region)
            if not one.unknown and one.account == told.account and one.arn not in known:
                placed = replace(placed, gone=_GONE.format(one.arn))
            yield placed


def _subjects(stated: Stated, app: Snapshot) -> list[Principal]:
    wrong = stated.mistake or next(problems(stated), "")
    try:
        found = [] if wrong else principals_named(app, stated.principal)
    except UnknownNameError as error:
        wrong = str(error)
    if wrong:
        raise LiveError(f"{stated.at}: {stated.kind}: {wrong}")
    return found


def _promise(stated: Stated, principal: Principal, names: Deployed) -> Promise:
    arn = names.written(principal.arn)
    there = replace(names.written(stated), principal=arn)
    lacking = next((each for each in texts_in(there) if is_symbolic(each)), "")
    unknown = _NOT_TOLD.format(display(lacking)) if lacking else ""
    if any(key == _ENDPOINT for key, _ in stated.given):
        unknown = _NO_ENDPOINTS
    return Promise(there, principal.path, names.written(principal.account), unknown=unknown)
