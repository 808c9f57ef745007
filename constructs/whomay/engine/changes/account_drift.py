"""An app beside the account that it is deployed in: both sides of a comparison, like with like.

What only templates tell, or only an account, is left out on both sides, and `NOT_COMPARED` says so.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from whomay.engine.changes import account_resources
from whomay.engine.changes.change import Change, Difference
from whomay.engine.changes.deployed_names import deployed
from whomay.engine.changes.diff import diff
from whomay.engine.snapshot import NOT_SEEN, Principal, PrincipalKind, Resource, Snapshot, Unseen
from whomay.engine.templates.account_snapshot import AccountSnapshot
from whomay.engine.templates.deployed_stack import DeployedStack
from whomay.iam.arn import parse_arn
from whomay.iam.patterns.symbols import SYMBOL, display, is_symbolic

NOT_COMPARED: Final = (
    "instances, other machines, access keys and passwords, endpoints, tags of resources, and what "
    "an organization attaches above the account"
)
Placed = Principal | Resource
_BY_AWS: Final = "aws:"  # begins tags that CloudFormation sets


@dataclass(frozen=True, slots=True)
class Drift:
    """What is otherwise in an account than it was reviewed, and what the app has nothing to do with.

    `outside` are principals that the app does not have, each with the stack that made it, or an
    empty text. `taken` are sentences about what was not compared.
    """

    differences: tuple[Difference, ...]
    outside: tuple[tuple[Principal, str], ...]
    taken: tuple[str, ...]


def drift(app: Snapshot, account: Snapshot, told: AccountSnapshot) -> Drift:
    """Return what the account has otherwise than the app; `told` is what else its file says."""
    stacks, not_told = [*told.stacks()], [*told.not_told()]
    written = deployed(app, told.account, stacks)
    names = {stack.name for stack in stacks}
    here = [one for one in written.snapshot.principals if one.account == told.account]
    carriers = [one for one in written.snapshot.resources if one.account == told.account]
    placed: tuple[Placed, ...] = (*here, *carriers)
    unplaced = [one for one in placed if _is_elsewhere(one, names, told.regions)]
    here = [one for one in here if one not in unplaced]
    carriers = [one for one in carriers if one not in unplaced]
    listed = {one.arn: one for one in account.resources}
    gone = [*account_resources.lacking(carriers, listed, not_told)]
    carriers = [one for one in carriers if one not in gone]
    made_by = _made_by(stacks)
    arns = {one.arn: one for one in here}
    of_names = {made_by.get(_name(arn), "") for arn in arns}  # names that the app chose itself
    own = {*written.stacks, *of_names, *_named_by_paths(app, names)} - {""}
    of_app = [
        one for one in account.principals if one.arn in arns or made_by.get(_name(one.arn)) in own
    ]
    left = [one for one in of_app if one.arn not in arns]
    known = {one.arn for one in of_app}
    outside = tuple(
        (one, made_by.get(_name(one.arn), "")) for one in account.principals if one.arn not in known
    )
    reviewed = Snapshot(tuple(map(_plain, here)), tuple(carriers))
    reviewed_arns = {one.arn for one in carriers}
    others = [one for one in listed.values() if one.arn not in reviewed_arns]
    by_stack = [*account_resources.of_stacks(others, stacks, own)]
    stacked = {one.arn for one in by_stack}
    others = [one for one in others if one.arn not in stacked]
    naming = [*account_resources.naming(others, here, told.ids())]
    there = Snapshot(
        tuple(_as_reviewed(one, arns, has_sessions=bool(told.of("sessions"))) for one in of_app),
        (*account_resources.reviewed(carriers, listed), *by_stack, *naming),
    )
    touching = [*_touching(not_told, {*arns, *reviewed_arns, *stacked})]
    found = [_left(one, made_by[_name(one.arn)]) for one in left]
    theirs = {one.path for one in naming}  # whom else they let in is none of the app's
    found += [one for one in diff(reviewed, there) if one.principal not in theirs]
    found += [*map(_not_found, unplaced), *map(_lacking, gone), *map(_unknown, touching)]
    if here and not told.of("sessions"):
        found.append(_untold(told.account, "how long sessions last, which iam:ListRoles tells"))
    taken = [*_taken(written.snapshot, told.account, not_told), *_not_read(stacks, own, carriers)]
    return Drift(tuple(found), outside, tuple(taken))


def _is_elsewhere(one: Placed, stacks: set[str], regions: Sequence[str]) -> bool:
    """Tell whether no stack that was read can say what its name is, or its Region was not read."""
    named = [match[1].split(".") for match in SYMBOL.finditer(one.arn)]
    if any(not {"-".join(parts[:n]) for n in range(1, len(parts))} & stacks for parts in named):
        return True
    region = getattr(one, "region", "")
    is_bucket = getattr(one, "type", "") == "AWS::S3::Bucket"
    return bool(region) and not is_bucket and not is_symbolic(region) and region not in regions


def _not_found(one: Placed) -> Difference:
    return _untold(
        one.path,
        "no stack of the Regions that were read tells its name: it is not deployed, or elsewhere; "
        "take the snapshot with the --region of its stack",
    )


def _lacking(one: Resource) -> Difference:
    return _untold(
        one.path,
        f"the account has no {display(one.arn)}: it was deleted, or has another name, and who may "
        "use that one is not known",
    )


def _unknown(one: Unseen) -> Difference:
    return _untold(one.path, f"{NOT_SEEN}: {one.why}")


def _untold(path: str, text: str) -> Difference:
    return Difference(path, Change.UNKNOWN, None, None, text, classes=0)


def _made_by(stacks: Sequence[DeployedStack]) -> Mapping[str, str]:
    """Return the stack of each user and role, by kind and name; what it could not delete too."""
    kinds = {"AWS::IAM::Role": "role", "AWS::IAM::User": "user"}
    undeleted = ((stack.name, one) for stack in stacks for one in stack.undeleted)
    has = ((stack.name, one) for stack in stacks for one in stack.resources.values())
    return {
        f"{kinds[kind]}/{physical}": name
        for name, (kind, physical) in (*undeleted, *has)
        if kind in kinds
    }


def _named_by_paths(app: Snapshot, stacks: set[str]) -> Iterator[str]:
    """Yield the stacks that construct paths of the app begin with: those of what is no principal."""
    for path in app.arns:
        parts = path.split("/")
        yield from {"-".join(parts[:n]) for n in range(1, len(parts))} & stacks


def _left(one: Principal, stack: str) -> Difference:
    """Return the difference of somebody whom the app no longer has, and who is still there.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    """
    name = one.arn.rpartition("/")[2]
    by_hand = f"whomay leave {name}; aws iam delete-user --user-name {name}"
    remedy = f": {by_hand}" if one.kind is PrincipalKind.USER else ""
    text = f"the app no longer has it, and the stack {stack} made it and did not delete it{remedy}"
    return Difference(one.path, Change.WIDER, None, None, text, classes=0)


def _name(arn: str) -> str:
    parsed = parse_arn(arn)
    kind, _, path = parsed.resource.partition("/") if parsed else ("", "", "")
    return f"{kind}/{path.rpartition('/')[2]}"


def _plain(one: Principal) -> Principal:
    """Return a principal with what both sides tell of it."""
    tags = tuple(tag for tag in one.tags if not tag[0].startswith(_BY_AWS))
    return replace(one, instances=(), credentials=(), tags=tags)


def _as_reviewed(
    one: Principal, reviewed: Mapping[str, Principal], *, has_sessions: bool
) -> Principal:
    """Return a principal by the path that the app has for it."""
    twin = reviewed.get(one.arn, one)
    length = one.max_session if has_sessions else twin.max_session
    return _plain(replace(one, path=twin.path, max_session=length))


def _touching(not_told: Sequence[Unseen], arns: set[str]) -> Iterator[Unseen]:
    """Yield what was not told and may be about the app: a grant of another's key is not."""
    for one in not_told:
        if one.actions and (one.resources == ("*",) or arns & {*one.resources}):
            yield one


def _taken(app: Snapshot, account: str, not_told: Sequence[Unseen]) -> Iterator[str]:
    """Yield what was not compared, in sentences."""
    yield from (one.told for one in not_told if not one.actions)
    yield f"not compared: {NOT_COMPARED}"
    if others := sum(one.account != account for one in app.principals):
        yield f"not compared: {others} principals of other accounts"
    for one in app.attached:
        yield f"not compared: what the app attaches to {one.path}, which is made elsewhere"


def _not_read(
    stacks: Sequence[DeployedStack], own: Collection[str], carriers: Sequence[Resource]
) -> Iterator[str]:
    """Yield which policies of the app's resources were not compared, in sentences."""
    unread = [one for one in carriers if not account_resources.is_read(one.type)]
    for each in unread:
        yield f"not compared: the policy of {each.path}, as a snapshot does not read {each.type}"
    for kind in account_resources.not_read(stacks, own):
        if kind not in {one.type for one in unread}:
            yield f"not compared: policies of the app's {kind}, which a snapshot does not read"
