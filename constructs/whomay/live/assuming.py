"""Which roles a person may become: directly, or through a role that the person may become."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from whomay.engine import Decision, Request, Snapshot, Verdict
from whomay.engine.decisions import Index, decide_in
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.policy import Policy
from whomay.live.trusting import MFA, MFA_AGE, ways


@dataclass(frozen=True, slots=True)
class Assumable:
    """A role that can be assumed by `source`, the person or another role, when `given` is sent.

    `given` holds condition keys, such as sts:externalid. `from_session` tells that the source's own
    policies ask for MFA. A code with the call never reaches them; a session of GetSessionToken does.
    `unknown` says why it cannot be told whether that is so; empty when it can.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """

    role: Principal
    source: Principal
    given: Mapping[str, str]
    from_session: bool = False
    unknown: str = ""

    @property
    def sends_code(self) -> bool:
        """Tell whether a code of MFA goes with the call itself."""
        return _asks_code(self.given) and not self.from_session


def _asks_code(given: Mapping[str, str]) -> bool:
    return bool({MFA, MFA_AGE} & given.keys())


def assumable(snapshot: Snapshot, person: Principal, session_name: str) -> Iterator[Assumable]:
    """Yield the roles that the person may become, sources before the roles they lead to.

    A role counts as led to by another only where its trust names that role. No role whose trust asks
    for MFA is led to by a role: the session of a role carries no MFA.
    """
    index, own = Index(snapshot), Index(_trusting_at_once(snapshot))
    roles = [one for one in snapshot.principals if one.kind is PrincipalKind.ROLE]
    led_to = _led_to(roles)
    waiting: deque[tuple[Principal, Sequence[Principal]]] = deque([(person, roles)])
    reached: set[str] = set()
    unknown: dict[str, Assumable] = {}
    while waiting:
        source, candidates = waiting.popleft()
        for role in candidates:
            if role.arn in reached:
                continue
            found = _ask(index, own, source, role, session_name)
            if found and found.unknown:
                unknown.setdefault(role.arn, found)
            elif found:
                reached.add(role.arn)
                waiting.append((role, led_to[role.arn]))
                yield found
    yield from (found for arn, found in unknown.items() if arn not in reached)


def _led_to(roles: Sequence[Principal]) -> defaultdict[str, list[Principal]]:
    """Return by ARN the roles whose trust names it."""
    found: defaultdict[str, list[Principal]] = defaultdict(list)
    for role in roles:
        for statement in role.trust.statements if role.trust else ():
            for arn in dict(statement.principals or ()).get("AWS", ()):
                found[arn].append(role)
    return found


def _trusting_at_once(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with trust policies that ask for nothing: what is left is the source's own."""
    return replace(
        snapshot,
        principals=tuple(
            replace(one, trust=_at_once(one.trust)) if one.trust else one
            for one in snapshot.principals
        ),
    )


def _at_once(trust: Policy) -> Policy:
    allows = (each for each in trust.statements if each.effect == "Allow")
    return replace(trust, statements=tuple(replace(each, conditions=()) for each in allows))


def _ask(
    index: Index, own: Index, source: Principal, role: Principal, session_name: str
) -> Assumable | None:
    """Ask by every statement of the trust whether the source may assume the role."""
    if role.trust is None:
        return None
    unknown = role.trust.unknown or ""
    is_role = source.kind is PrincipalKind.ROLE
    for given in ways(role.trust):
        code = _asks_code(given)
        if is_role and code:
            continue
        named = {**given, "sts:rolesessionname": session_name}
        # a code with the call reaches the trust: the source's own policies see a call without MFA
        bare = {key: value for key, value in named.items() if key not in (MFA, MFA_AGE)}
        decision = _decided(index, source, role, named)
        if decision.verdict is Verdict.ALLOWED and (
            not code or _decided(own, source, role, bare).verdict is Verdict.ALLOWED
        ):
            return Assumable(role, source, given)
        in_session = {**named, MFA: "true", MFA_AGE: "0"}
        if not is_role and _decided(index, source, role, in_session).verdict is Verdict.ALLOWED:
            return Assumable(role, source, given, from_session=True)
        if decision.verdict is Verdict.UNKNOWN:
            unknown = unknown or decision.reason
    return Assumable(role, source, {}, unknown=unknown) if unknown else None


def _decided(
    index: Index, source: Principal, role: Principal, context: Mapping[str, str]
) -> Decision:
    return decide_in(Request(source.arn, "sts:AssumeRole", role.arn, context), index)
