"""A text of a request as z3 has it: one of finitely many, each under a condition of its own.

What a policy says of a text is which of its patterns match. So a text that anybody may choose is
one example of each set of patterns that one text can match (`globs.examples`), and z3 chooses.
"""

from collections.abc import Callable, Iterable, Sequence

from scripts.prove.globs import Glob, fits
from scripts.prove.logic import FALSE, TRUE, Choice, Formula, any_of, both, flag


class Text:
    """One of several texts: exactly one of the conditions holds."""

    def __init__(
        self, alternatives: Sequence[tuple[str, Formula]], choice: Choice | None = None
    ) -> None:
        """Take each text with its condition; with `choice` the conditions are its values in order."""
        self.alternatives = tuple(alternatives)
        self._choice = choice
        self._known: dict[tuple[Glob, ...], Formula] = {}
        self._equal: dict[str, Formula] = {}

    def where(self, test: Callable[[str], bool]) -> Formula:
        """Return when the text is one of which the test holds."""
        if self._choice is not None:
            bits = sum(1 << i for i, (text, _) in enumerate(self.alternatives) if test(text))
            return self._choice.among(bits)
        held = [guard for text, guard in self.alternatives if test(text)]
        return TRUE if held and len(held) == len(self.alternatives) else any_of(held)

    def matches(self, *patterns: Glob) -> Formula:
        """Return when one of the patterns matches."""
        found = self._known.get(patterns)
        if found is None:
            found = self.where(lambda text: any(fits(p, text) for p in patterns))
            self._known[patterns] = found
        return found

    def is_(self, text: str) -> Formula:
        """Return when it is this text."""
        found = self._equal.get(text)
        if found is None:
            found = self._equal[text] = self.where(lambda each: each == text)
        return found

    def mapped(self, change: Callable[[str], str]) -> "Text":
        """Return the text that a function makes of it."""
        return Text([(change(text), guard) for text, guard in self.alternatives], self._choice)

    def joined(self, other: "Text", between: str = "") -> "Text":
        """Return this text with another after it."""
        return Text(
            [
                (f"{one}{between}{two}", both(guard, more))
                for one, guard in self.alternatives
                for two, more in other.alternatives
            ]
        )


def constant(text: str) -> Text:
    """Return the text that is always this."""
    return Text([(text, TRUE)])


def guarded(alternatives: Iterable[tuple[Formula, Text]]) -> Text:
    """Return one of several texts; exactly one of the conditions holds."""
    return Text(
        [
            (text, found)
            for guard, each in alternatives
            if guard is not FALSE
            for text, own in each.alternatives
            if (found := both(guard, own)) is not FALSE
        ]
    )


class Variables:
    """The variables of a chunk of cases, and what they must keep to."""

    def __init__(self) -> None:
        """Begin without any."""
        self.axioms: dict[int, Formula] = {}
        self._texts: dict[str, Text] = {}

    def keep(self, axiom: Formula) -> None:
        """Note what the variables keep to in every question."""
        self.axioms[axiom.number] = axiom

    def text(self, name: str, texts: Sequence[str]) -> Text:
        """Return a text that may be any of these, the same for the same name."""
        if name not in self._texts:
            unique = tuple(dict.fromkeys(texts))
            self._texts[name] = constant(unique[0]) if len(unique) == 1 else self._any(name, unique)
        return self._texts[name]

    def _any(self, name: str, texts: Sequence[str]) -> Text:
        choice = Choice(name, len(texts))
        if choice.within is not None:
            self.keep(choice.within)
        return Text([(text, choice.among(1 << i)) for i, text in enumerate(texts)], choice)

    @staticmethod
    def flag(name: str) -> Formula:
        """Return something that may hold or not."""
        return flag(name)
