"""A step that runs when the whole app is built, just before its synthesis."""

from collections.abc import Callable

import jsii
from constructs import IValidation


@jsii.implements(IValidation)
class BeforeSynth:
    """Runs a step as a construct's validation: by then CDK has resolved references between stacks.

    Add it by `construct.node.add_validation(BeforeSynth(step))`.
    """

    def __init__(self, step: Callable[[], None]) -> None:
        self._step = step

    def validate(self) -> list[str]:
        """Run the step; it has nothing to complain of."""
        self._step()
        return []
