"""Policy documents as data: parsed once, read by everything else."""

from dataclasses import dataclass, field

# A Principal element: each kind, such as `AWS`, with its values; `(("*", ("*",)),)` for the star.
Principals = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement is, so that an answer can name it.

    `path` is a construct path, a logical id, or a file's name; `index` is the statement's position
    in its document, from 0.
    """

    path: str
    policy: str = ""
    index: int = 0
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key: `StringLike` on `s3:prefix` with its values.

    `operator` is as written, with its `ForAllValues:` prefix and `IfExists` suffix.
    """

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. Of each pair (action and not_action …) one is None: it was not written.

    `principals` maps `AWS`, `Service`, `Federated`, `CanonicalUser` to their values, `{"*": ("*",)}`
    for the bare star; None in an identity policy.
    """

    effect: str
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    principals: Principals | None = None
    not_principals: Principals | None = None
    conditions: tuple[Condition, ...] = ()
    source: Source = field(default_factory=lambda: Source(""), compare=False)

    @property
    def names_everyone(self) -> bool:
        """Whether its Principal element is, or holds, the star of AWS principals."""
        return any(kind in ("*", "AWS") and "*" in names for kind, names in self.principals or ())


@dataclass(frozen=True, slots=True)
class Published:
    """An AWS managed policy: its name with its path, and the day on which AWS last changed it."""

    name: str
    day: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy document. `version` is `2008-10-17` when the document names none.

    `unknown` is set when the document could not be read, or is an AWS managed policy that is not in
    the shipped table. It may allow anything, and the text says why. `refused` tells that AWS does
    not take the document as it is written. `published` tells an AWS managed policy.
    `content` tells a document that is not known from another one.
    """

    statements: tuple[Statement, ...]
    version: str = "2008-10-17"
    unknown: str | None = None
    published: Published | None = None
    refused: bool = False
    content: str = ""
