"""What decides the requests of a question: a snapshot, one layer of it, or a list of statements."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from whomay.engine.decisions.asked_about import AskedAbout
from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.decide import judge_in
from whomay.engine.decisions.deciding_layer import named_layers, own_layer
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import LayerName, Verdict, passing, without_policies
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.object_keys import circumstances, possible_key_requests
from whomay.engine.decisions.request import Request
from whomay.engine.decisions.resource_policies import ResourcePolicy
from whomay.engine.proof.granting import grants_nothing
from whomay.iam.arn import holds_others, service_in
from whomay.iam.callers import Caller, Grant
from whomay.iam.patterns.matching import literal
from whomay.iam.patterns.truth import all_of, any_of, both


@dataclass(frozen=True, slots=True)
class Part:
    """A layer that may take part in a question, and the resources it is bound to.

    `own` holds patterns of the resource that carries the policy; empty when it reaches all.
    """

    layer: Layer
    own: tuple[str, ...] = ()
    resource_policy: ResourcePolicy | None = None


class View(Protocol):
    """Something that decides requests, and tells which statements it would look at."""

    @property
    def index(self) -> Index:
        """The snapshot behind it."""

    def parts(self, who: Caller) -> Sequence[Part]:
        """Return the layers that matter for a caller whatever it asks for."""

    def near(self, who: Caller, patterns: Iterable[str], asked: AskedAbout) -> Iterable[str]:
        """Return the ARNs of resources whose policies matter too, told apart by the patterns.

        Those that a question cannot be about are left out.
        """

    def grants_nothing(self, who: Caller, asked: AskedAbout) -> bool:
        """Tell whether no policy grants any of it for sure, by a look at the policies alone."""

    def part(self, arn: str) -> Part | None:
        """Return the policy that such a resource has here."""

    def complete(self, request: Request) -> Request:
        """Return the request as the view knows it, with the keys that nobody chooses."""

    def statements(self, request: Request) -> Iterator[CompiledStatement]:
        """Yield the statements that may speak of the request, whatever its context."""

    def layers(self, request: Request) -> Iterator[tuple[str, Layer, Request]]:
        """Yield all layers that take part in a request, each with its name and what it decides."""

    def circumstances(self, request: Request, keys: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return what AWS goes by besides policies, with the values that make a difference.

        `keys` are those that the request may carry besides its context.
        """

    def verdict(self, request: Request) -> Verdict:
        """Decide a request whose context is complete."""


def _speaking(layer: Layer, request: Request) -> Iterator[CompiledStatement]:
    denies, allows = layer.relevant(request.action_key)
    for statement, _ in (*denies, *allows):
        if statement.may_speak_of(request.resource):
            yield statement


class _Completing:
    """What all views over an index share: AWS's own keys are filled in."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @property
    def index(self) -> Index:
        """The snapshot behind it."""
        return self._index

    def complete(self, request: Request) -> Request:
        """Return the request with the keys that follow from it."""
        return self.index.complete(request)

    def near(
        self,
        who: Caller,  # noqa: ARG002 - a view of layers
        patterns: Iterable[str],  # noqa: ARG002 - a view of layers
        asked: AskedAbout,  # noqa: ARG002 - a view of layers
    ) -> Iterable[str]:
        """Return nothing: the view has all its layers anyway."""
        return ()

    def grants_nothing(self, who: Caller, asked: AskedAbout) -> bool:  # noqa: ARG002 - not told alone
        """Return False: the requests are looked at."""
        return False

    def part(self, arn: str) -> Part | None:  # noqa: ARG002 - a view of layers
        """Return nothing."""
        return None

    def circumstances(
        self,
        request: Request,  # noqa: ARG002 - a view of layers
        keys: Collection[str],  # noqa: ARG002 - a view of layers
    ) -> Mapping[str, Sequence[str]]:
        """Return nothing: policies alone decide."""
        return {}


class SnapshotView(_Completing):
    """The effective answer: all layers of a snapshot together."""

    def __init__(self, index: Index) -> None:
        """Look at an indexed snapshot."""
        super().__init__(index)

    def parts(self, who: Caller) -> Sequence[Part]:
        """Return the caller's own layers."""
        by = self.index.own_layers(who)
        own = [by.identity, by.boundary, by.session, *by.scps, *self.index.around.layers]
        if self.index.unseen:
            own.append(self.index.unseen_layer)
        return [Part(layer) for layer in own if layer is not None]

    def near(self, who: Caller, patterns: Iterable[str], asked: AskedAbout) -> Iterable[str]:
        """Return the resources that name the caller, or that its own policies reach."""
        return [each.arn for each in self.index.resource_policies_near(who, patterns, asked)]

    def grants_nothing(self, who: Caller, asked: AskedAbout) -> bool:
        """Tell it of a principal of the snapshot by its policies, and by those that name it."""
        return grants_nothing(self.index, who, asked)

    def part(self, arn: str) -> Part | None:
        """Return the resource's policy, bound to it."""
        resource_policy = self.index.neighbourhood.resource_policies.get(arn)
        if resource_policy is None:
            return None
        return Part(resource_policy.layer, own_patterns(arn), resource_policy)

    def layers(self, request: Request) -> Iterator[tuple[str, Layer, Request]]:
        """Yield all layers, those of the KMS request behind an object included.

        So are those of each resource that the asked one may turn out to be.
        """
        for asked in (request, *self.index.perhaps(request)):
            for decided in (asked, *possible_key_requests(asked, self.index)):
                by = self.index.layers(decided)
                yield from ((n, each, decided) for n, each in named_layers(decided, by))

    def circumstances(self, request: Request, keys: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return what S3 goes by for an object under a key."""
        return circumstances(request, self.index, keys)

    def statements(self, request: Request) -> Iterator[CompiledStatement]:
        """Yield from all layers, but not those of a resource's policy that names somebody else."""
        bounded = self.index.layers(request).boundary is not None
        for name, layer, asked in self.layers(request):
            on_resource = name == own_layer(asked)
            for statement in _speaking(layer, asked):
                if not on_resource or statement.grant(asked.caller, bounded=bounded)[1]:
                    yield statement

    def verdict(self, request: Request) -> Verdict:
        """Decide by all layers."""
        return judge_in(request, self.index)[0]


class LayerView(_Completing):
    """One layer alone: whether it denies, allows, or says nothing."""

    def __init__(self, layer: Layer, index: Index, own: tuple[str, ...] = ()) -> None:
        """Look at one layer; the index fills in the keys. `own` binds it to a resource."""
        self.layer = layer
        super().__init__(index)
        self._parts = (Part(layer, own),)

    def parts(self, who: Caller) -> Sequence[Part]:  # noqa: ARG002 - the layer is the same for all
        """Return the layer."""
        return self._parts

    def statements(self, request: Request) -> Iterator[CompiledStatement]:
        """Yield the layer's statements."""
        return _speaking(self.layer, request)

    def layers(self, request: Request) -> Iterator[tuple[str, Layer, Request]]:
        """Yield the layer."""
        yield LayerName.IDENTITY, self.layer, request

    def verdict(self, request: Request) -> Verdict:
        """Read the layer as if nothing else existed."""
        denied, allowed = self.layer.evaluate(request)
        return _alone(denied, allowed)


class ResourcePolicyView(_Completing):
    """A resource's policy or a role's trust, for callers whose own policies are not known.

    What binds every caller, such as a resource control policy, counts with it. Such a caller is
    taken to be allowed everything on its own side, so it passes wherever the policy names it or its
    account. With `needs_no_other` it passes where the policy names the caller itself. In the
    resource's account that is enough: the caller needs no policy of its own.
    """

    def __init__(
        self,
        resource_policy: Layer,
        index: Index,
        own: tuple[str, ...],
        *,
        needs_no_other: bool = False,
    ) -> None:
        """Look at one policy, bound to the resource patterns `own`."""
        self.resource_policy = resource_policy
        self._least = Grant.ROLE if needs_no_other else Grant.ACCOUNT
        super().__init__(index)
        self._parts = (Part(resource_policy, own), *map(Part, index.around.layers))

    def parts(self, who: Caller) -> Sequence[Part]:  # noqa: ARG002 - the policy is the same for all
        """Return the policy, and what binds every caller."""
        return self._parts

    def statements(self, request: Request) -> Iterator[CompiledStatement]:
        """Yield the statements that may name the caller."""
        for _, layer, _ in self.layers(request):
            for statement in _speaking(layer, request):
                if statement.grant(request.caller, bounded=False)[1]:
                    yield statement

    def layers(self, request: Request) -> Iterator[tuple[str, Layer, Request]]:
        """Yield the policy, and what binds every caller."""
        yield own_layer(request), self.resource_policy, request
        yield from ((name, layer, request) for name, layer in self.index.of_all(request))

    def verdict(self, request: Request) -> Verdict:
        """Decide with the caller's side granted."""
        fixed = without_policies(request)
        if fixed is not None:
            return fixed
        denied, surest, most = self.resource_policy.grants(request, bounded=False)
        allowed = True if surest >= self._least else (None if most >= self._least else False)
        denied_to_all, passes = passing(request, self.index.of_all(request))
        return _alone(any_of((denied, denied_to_all)), both(allowed, passes))


class LimitView(_Completing):
    """Layers that must all allow, read by themselves; none at all limits nothing."""

    def __init__(self, limits: Sequence[Layer], index: Index) -> None:
        """Look at some layers; the index fills in the keys."""
        self.limits = limits
        super().__init__(index)

    def parts(self, who: Caller) -> Sequence[Part]:  # noqa: ARG002 - the layers are the same for all
        """Return the layers."""
        return [Part(layer) for layer in self.limits]

    def statements(self, request: Request) -> Iterator[CompiledStatement]:
        """Yield the statements of all layers."""
        for layer in self.limits:
            yield from _speaking(layer, request)

    def layers(self, request: Request) -> Iterator[tuple[str, Layer, Request]]:
        """Yield the layers."""
        yield from ((f"limit {i}", layer, request) for i, layer in enumerate(self.limits))

    def verdict(self, request: Request) -> Verdict:
        """Deny where one denies; allow where all allow."""
        answers = [layer.evaluate(request) for layer in self.limits]
        denied = any_of(denied for denied, _ in answers)
        return _alone(denied, all_of(allowed for _, allowed in answers))


def _alone(denied: bool | None, allowed: bool | None) -> Verdict:
    if denied:
        return Verdict.EXPLICIT_DENY
    if allowed is False:
        return Verdict.IMPLICIT_DENY
    return Verdict.UNKNOWN if denied is None or allowed is None else Verdict.ALLOWED


def own_patterns(arn: str) -> tuple[str, ...]:
    """Return the patterns of a resource: itself, and what lies in it where something can."""
    plain = literal(arn)
    inside = (f"{plain}/*", f"{plain}:*") if holds_others(arn) else ()
    return (plain, *(inside[:1] if service_in(arn) == "s3" else inside))  # no colon in a bucket
