"""`whomay completion`: what a shell needs to complete construct paths, actions and options.

A shell asks on every press of a key, so that what cannot be read completes nothing, in silence.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

from whomay.cli.text import Text
from whomay.engine import Deployment, Snapshot
from whomay.engine.names import arns_by_path

VARIABLE = "_WHOMAY_COMPLETE"
# bash takes a colon for the end of a word, and an action has one
WITH_COLONS = "COMP_WORDBREAKS=${COMP_WORDBREAKS//:}\n"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script by which SHELL completes commands, construct paths and actions.

    Put this line into the shell's start-up file; for fish: whomay completion fish | source.

    Example: eval "$(whomay completion bash)"
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"{shell} is not known to click")
    root = click.get_current_context().find_root().command
    source = made(root, {}, "whomay", VARIABLE).source()
    click.echo((WITH_COLONS if shell == "bash" else "") + source)


class ConstructPath(Text):
    """A principal or a resource by its construct path; `of` yields those that a shell offers."""

    def __init__(self, name: str, of: Callable[[Snapshot], Iterable[str]]) -> None:
        self.name = name
        self._of = of

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click's signature
        incomplete: str,
    ) -> list[CompletionItem[str]]:
        """Return the construct paths that begin so."""
        return _items(ctx, incomplete, self._of)


PRINCIPAL = ConstructPath("principal", lambda known: (each.path for each in known.principals))
RESOURCE = ConstructPath("resource", arns_by_path)


class ActionName(Text):
    """An action, or a pattern of actions."""

    name = "action"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        param: click.Parameter,  # noqa: ARG002 - click's signature
        incomplete: str,
    ) -> list[CompletionItem[str]]:
        """Return the services that begin so, and after the colon their actions."""
        from whomay.iam.facts.actions import actions_of, services  # noqa: PLC0415 - 15 MB, when a shell asks

        service, colon, _ = incomplete.partition(":")
        found = actions_of(service.lower()) if colon else [f"{each}:" for each in services()]
        wanted = incomplete.lower()
        return [CompletionItem(each) for each in sorted(found) if each.lower().startswith(wanted)]


def _items(
    ctx: click.Context, incomplete: str, of: Callable[[Snapshot], Iterable[str]]
) -> list[CompletionItem[str]]:
    """Return the names of what the command line reads, by default of cdk.out."""
    from whomay.cli.lock_input import known  # noqa: PLC0415 - reads templates, when a shell asks

    source = ctx.params.get("assembly") or Path("cdk.out")
    try:
        snapshot = known(source, Deployment(), ctx.params.get("at")).snapshot
    except (ValueError, click.ClickException):
        return []
    return [CompletionItem(path) for path in sorted({*of(snapshot)}) if path.startswith(incomplete)]
