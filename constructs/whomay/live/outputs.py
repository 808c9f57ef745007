"""What a deployment made of the generated names: read from the file of `cdk deploy --outputs-file`.

https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-deploy.html
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from whomay.engine import Assembly
from whomay.files import FileError, read_text
from whomay.iam import unique_json
from whomay.iam.patterns.symbols import SYMBOL, display
from whomay.live.errors import LiveError


class Deployed:
    """The values of an assembly's symbols, as far as the outputs of its stacks tell them.

    Raises LiveError for a file that is no such file, or that tells of no stack of the assembly. So
    it does for one that contradicts another: a symbol has one value in one deployment.
    """

    def __init__(self, assembly: Assembly, files: Iterable[Path] = ()) -> None:
        self._values: dict[str, str] = {}
        resolver = assembly.resolver
        for file in files:
            outputs = _read(file)
            known = [t for t in assembly.templates if t.stack_name in outputs]
            if not known:
                raise LiveError(
                    f"{file}: holds outputs of {', '.join(outputs) or 'no stack'}, and none of the "
                    "assembly's stacks"
                )
            for template in known:
                for name in (
                    template.section("Outputs").keys() & outputs[template.stack_name].keys()
                ):
                    text = str(resolver.output(template, name, 0))
                    self._learn(text, outputs[template.stack_name][name], file)

    def text(self, symbolic: str) -> str:
        """Return the text with every symbol replaced whose value is known."""
        return SYMBOL.sub(lambda symbol: self._values.get(symbol[0], symbol[0]), symbolic)

    def _learn(self, symbolic: str, value: str, file: Path) -> None:
        """Take the values of symbols from a text that holds them and the same text deployed."""
        symbols = [symbol[0] for symbol in SYMBOL.finditer(symbolic)]
        between = map(re.escape, SYMBOL.split(symbolic)[::2])  # each other part is a symbol's name
        match = re.fullmatch("([^:/]+)".join(between), value)
        for symbol, found in zip(symbols, match.groups() if match else (), strict=False):
            if self._values.setdefault(symbol, found) != found:
                raise LiveError(
                    f"{file}: {display(symbol)} is {found} here, and {self._values[symbol]} elsewhere: "
                    "give the outputs of one deployment at a time"
                )


def _read(file: Path) -> Mapping[str, Mapping[str, str]]:
    try:
        outputs: Any = unique_json.loads(read_text(file))
    except FileError as error:
        raise LiveError(str(error)) from None
    except (ValueError, RecursionError) as error:
        raise LiveError(f"{file}: no JSON ({error})") from error
    if not isinstance(outputs, dict) or not all(
        isinstance(stack, dict) and all(isinstance(value, str) for value in stack.values())
        for stack in outputs.values()
    ):
        raise LiveError(
            f"{file}: not what `cdk deploy --outputs-file` writes: an object of stacks, each an "
            "object of outputs"
        )
    return outputs
