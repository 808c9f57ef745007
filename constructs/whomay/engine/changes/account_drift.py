"""An app beside the account that it is deployed in: both sides of a comparison, like with like.

What only templates tell, or only an account, is left out on both sides, and `NOT_COMPARED` says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from whomay.engine.changes.change import Change, Difference
from whomay.engine.changes.deployed_names import deployed
from whomay.engine.changes.diff import diff
from whomay.engine.snapshot import NOT_SEEN, Principal, PrincipalKind, Resource, Snapshot, Unseen
from whomay.engine.templates.account_snapshot import READ_TYPES, AccountSnapshot, DeployedStack
from whomay.iam.arn import parse_arn
from whomay.iam.facts.policy_carriers import services_of
from whomay.iam.patterns.symbols import SYMBOL, is_symbolic
from whomay.iam.policy import Policy

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
    there = Snapshot(
        tuple(_as_reviewed(one, arns, has_sessions=bool(told.of("sessions"))) for one in of_app),
        tuple(_resources(carriers, {one.arn: one for one in account.resources}, not_told)),
    )
    touching = [*_touching(not_told, {*arns, *(one.arn for one in carriers)})]
    found = [_left(one, made_by[_name(one.arn)]) for one in left]
    found += [*diff(reviewed, there), *map(_not_found, unplaced), *map(_unknown, touching)]
    if here and not told.of("sessions"):
        found.append(_untold(told.account, "how long sessions last, which iam:ListRoles tells"))
    return Drift(tuple(found), outside, tuple(_taken(written.snapshot, told.account, not_told)))


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


def _resources(
    carriers: Sequence[Resource], there: Mapping[str, Resource], not_told: Sequence[Unseen]
) -> Iterator[Resource]:
    """Yield the app's resources as the account has them, by the app's paths.

    One of a service that was not told is taken to be as it was reviewed. That this was not told is a
    difference of its own. One that is not deployed has no policy there.
    """
    refused = {action for one in not_told if one.resources == ("*",) for action in one.actions}
    for one in carriers:
        found = there.get(one.arn)
        if found is not None:
            policy = None if one.policy is None and _is_by_sns(found.policy) else found.policy
            key = found.key or one.key
            yield replace(found, path=one.path, type=one.type, key=key, policy=policy)
        elif _is_not_read(one, refused) and not is_symbolic(one.arn):
            yield one


def _is_by_sns(policy: Policy | None) -> bool:
    """Tell whether SNS wrote a topic's policy, as it does where nobody else has.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-key-concepts.html
    """
    said = policy.statements if policy is not None else ()
    return bool(said) and all(each.source.sid == "__default_statement_ID" for each in said)


def _is_not_read(one: Resource, refused: set[str]) -> bool:
    return one.type not in READ_TYPES or any(f"{s}:*" in refused for s in services_of(one.type))


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
    for each in app.resources:
        if each.policy is not None and each.type not in READ_TYPES:
            yield f"not compared: the policy of {each.path}, as a snapshot does not read {each.type}"
