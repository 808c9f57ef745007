"""A view as another principal has it, for access that moved from one to another."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from whomay.engine.decisions.asked_about import AskedAbout
from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.proof.deciders import Part, View
from whomay.iam.arn import session_arn, session_in
from whomay.iam.callers import Caller, caller
from whomay.iam.facts.condition_keys import is_of_principal


class AliasView:
    """Asks a view as another principal."""

    def __init__(self, view: View, alias: str) -> None:
        """Ask everything as the principal of the ARN `alias`; what a session asks, as its session."""
        self.view = view
        self.alias = alias

    @property
    def index(self) -> Index:
        """The snapshot behind it."""
        return self.view.index

    def parts(self, who: Caller) -> Sequence[Part]:
        """Return the alias's layers."""
        return self.view.parts(caller(self._alias_of(who)))

    def near(self, who: Caller, patterns: Iterable[str], asked: AskedAbout) -> Iterable[str]:
        """Return the resources near the alias."""
        return self.view.near(caller(self._alias_of(who)), patterns, asked)

    def grants_nothing(self, who: Caller, asked: AskedAbout) -> bool:
        """Tell it of the alias."""
        return self.view.grants_nothing(caller(self._alias_of(who)), asked)

    def part(self, arn: str) -> Part | None:
        """Return the resource's policy, bound to it."""
        return self.view.part(arn)

    def complete(self, request: Request) -> Request:
        """Return the alias's request."""
        context = {k: v for k, v in request.context.items() if not is_of_principal(k)}
        who = self._alias_of(request.caller)
        return self.view.complete(Request(who, request.action, request.resource, context))

    def statements(self, request: Request) -> Iterator[CompiledStatement]:
        """Yield the statements that may speak of the alias's request."""
        return self.view.statements(request)

    def layers(self, request: Request) -> Iterator[tuple[str, Layer, Request]]:
        """Yield all layers that take part in the alias's request."""
        return self.view.layers(request)

    def circumstances(self, request: Request, keys: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return what AWS goes by in the alias's request."""
        return self.view.circumstances(request, keys)

    def verdict(self, request: Request) -> Verdict:
        """Decide the alias's request."""
        return self.view.verdict(request)

    def _alias_of(self, who: Caller) -> str:
        session = session_in(who.name)
        return session_arn(self.alias, session) if session else self.alias
