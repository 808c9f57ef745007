"""Which roles a person may become: directly, or through a role that the person may become."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from whomay.engine import Request, Snapshot, Verdict
from whomay.engine.decisions import Index, decide_in
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.live.trusting import MFA, MFA_AGE, ways


@dataclass(frozen=True, slots=True)
class Assumable:
    """A role that can be assumed by `source`, the person or another role, when `given` is sent.

    `given` holds condition keys, such as sts:externalid. `unknown` says why it cannot be told
    whether that is so; empty when it can.
    """

    role: Principal
    source: Principal
    given: Mapping[str, str]
    unknown: str = ""


def assumable(snapshot: Snapshot, person: Principal, session_name: str) -> Iterator[Assumable]:
    """Yield the roles that the person may become, sources before the roles they lead to.

    A role counts as led to by another only where its trust names that role. No role whose trust asks
    for MFA is led to by a role: the session of a role carries no MFA.
    """
    index = Index(snapshot)
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
            found = _ask(index, source, role, session_name)
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


def _ask(index: Index, source: Principal, role: Principal, session_name: str) -> Assumable | None:
    """Ask by every statement of the trust whether the source may become the role."""
    if role.trust is None:
        return None
    unknown = role.trust.unknown or ""
    for given in ways(role.trust):
        if source.kind is PrincipalKind.ROLE and {MFA, MFA_AGE} & given.keys():
            continue
        context = {**given, "sts:rolesessionname": session_name}
        decision = decide_in(Request(source.arn, "sts:AssumeRole", role.arn, context), index)
        if decision.verdict is Verdict.ALLOWED:
            return Assumable(role, source, given)
        if decision.verdict is Verdict.UNKNOWN:
            unknown = unknown or decision.reason
    return Assumable(role, source, {}, unknown) if unknown else None
