"""Changes to a small system kept as data, and what the diff must call each of them.

The system: account A holds the roles S3Writer and Ec2S3Role, the user deployer, a bucket and a key;
account B holds the role Hub. Each mutation patches one of the base's documents.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from support.json_patch import PatchError, apply
from whomay.engine import Change, Request, Snapshot, diff
from whomay.engine.cases import CaseError
from whomay.engine.changes import Difference
from whomay.engine.snapshot import Principal, PrincipalKind, Resource
from whomay.iam.parse import PolicyError, parse_policy
from whomay.iam.policy import Policy, Source

ACCOUNT_A: Final = "111122223333"
ACCOUNT_B: Final = "444455556666"
ORGANIZATION: Final = "o-a1b2c3d4e5"
KEY: Final = f"arn:aws:kms:eu-west-1:{ACCOUNT_A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@dataclass(frozen=True, slots=True)
class Mutated:
    """What a mutation does to access: one word, and the request that shows it.

    `direction` is what the file says it does: `widen`, `narrow`, `neutral`, or None.
    """

    id: str
    change: str
    witness: Request | None
    direction: str | None = None

    @property
    def as_expected(self) -> bool:
        """Whether the word fits the direction, or none is stated."""
        return self.direction is None or self.change in _FITS.get(self.direction, ())


# What a caller proves by having it; a change that asks for its absence lets others in.
_PROOFS: Final = ("aws:multifactorauthpresent", "aws:securetransport")

_FITS: Final = {"widen": ("wider", "capped"), "narrow": ("narrower",), "neutral": ("none",)}


def run_mutations(document: Mapping[str, Any]) -> list[Mutated]:
    """Return the change that each mutation makes. Raises CaseError when one cannot be read."""
    base, mutations = document.get("base"), document.get("mutations")
    if not isinstance(base, Mapping) or not isinstance(mutations, list):
        raise CaseError("a mutations file is an object with `base` and a list `mutations`")
    before = _system(base, "base")
    return [_run(before, base, mutation) for mutation in mutations]


def _run(before: Snapshot, base: Mapping[str, Any], mutation: object) -> Mutated:
    if not isinstance(mutation, Mapping) or not isinstance(mutation.get("patch"), list):
        raise CaseError("a mutation is an object with `id`, `target` and a list `patch`")
    name, target = str(mutation.get("id", "")), str(mutation.get("target"))
    if target not in base:
        raise CaseError(f"{name}: target is {target!r}; allowed: {', '.join(base)}")
    direction = mutation.get("direction")
    if direction is not None and direction not in _FITS:
        raise CaseError(f"{name}: direction is {direction!r}; allowed: {', '.join(_FITS)}")
    changed = copy.deepcopy(dict(base))
    try:
        changed[target] = apply(changed[target], mutation["patch"])
    except PatchError as error:
        raise CaseError(f"{name}: {error}") from error
    change, witness = _in_one_word(diff(before, _system(changed, name)))
    return Mutated(name, change, witness, direction)


def _in_one_word(differences: Iterable[Difference]) -> tuple[str, Request | None]:
    """Choose one word: gained access outweighs all, unless the same principal lost more by it."""
    found = list(differences)
    losses = {d.principal: d for d in found if d.change is Change.NARROWER}
    gains = [d for d in found if d.change is Change.WIDER]
    traded = [d for d in gains if d.principal in losses and _outweighs(losses[d.principal], d)]
    for change in (Change.WIDER, Change.NARROWER, Change.MOVED, Change.UNKNOWN, Change.CAPPED):
        for difference in found:
            if difference.change is change and difference not in traded:
                return change, difference.witness
    return "none", None


def _outweighs(loss: Difference, gain: Difference) -> bool:
    """Tell whether a principal that traded access for other access lost by it.

    A guard that is gone outweighs everything, and so does one that is turned round. Else the side
    that needs fewer condition keys is the broader, then the side with more classes of requests. An
    even trade is a loss: a typo.
    """
    if gain.was_denied or loss.witness is None or gain.witness is None:
        return False
    if any(
        loss.witness.context.get(key) == "true" and gain.witness.context.get(key) != "true"
        for key in _PROOFS
    ):
        return False
    keys = len(_chosen(loss.witness)) - len(_chosen(gain.witness))
    return keys < 0 or (keys == 0 and loss.classes >= gain.classes)


def _chosen(witness: Request) -> set[str]:
    """Return the condition keys that do not say what kind of caller it is: a user has more of these."""
    return {key for key in witness.context if key not in ("aws:username", "aws:userid")}


def _system(documents: Mapping[str, Any], name: str) -> Snapshot:
    """Wire the documents into a snapshot; a document that is absent is not attached."""

    def policy(key: str) -> Policy | None:
        if documents.get(key) is None:
            return None
        try:
            return parse_policy(documents[key], Source(key))
        except PolicyError as error:
            raise CaseError(f"{name}: {key}: {error}") from error

    def own(key: str) -> tuple[Policy, ...]:
        found = policy(key)
        return () if found is None else (found,)

    def role(account: str, named: str, **policies: Any) -> Principal:
        arn = f"arn:aws:iam::{account}:role/{named}"
        return Principal(arn, PrincipalKind.ROLE, account, named, **policies)

    user = f"arn:aws:iam::{ACCOUNT_A}:user/deployer"
    scp = policy("scp")
    writer = role(
        ACCOUNT_A,
        "S3Writer",
        identity=own("role_policy"),
        boundary=policy("boundary"),
        trust=policy("trust"),
    )
    return Snapshot(
        principals=(
            writer,
            role(ACCOUNT_A, "Ec2S3Role"),
            Principal(user, PrincipalKind.USER, ACCOUNT_A, "deployer", own("user_policy")),
            role(ACCOUNT_B, "Hub", identity=own("hub_policy")),
        ),
        resources=(
            Resource(
                "arn:aws:s3:::app-bucket",
                "AWS::S3::Bucket",
                ACCOUNT_A,
                "eu-west-1",
                "app-bucket",
                policy("bucket_policy"),
            ),
            Resource(KEY, "AWS::KMS::Key", ACCOUNT_A, "eu-west-1", "key", policy("key_policy")),
        ),
        scps=() if scp is None else ((scp,),),
        scp_accounts=(ACCOUNT_A,),
        organization=ORGANIZATION,
    )
