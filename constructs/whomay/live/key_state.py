"""How far the rotation of a user's key is, and what is left to do: derived from AWS alone.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from whomay.live.errors import LiveError
from whomay.live.only_rotation import HELD

# The user's tag that a rotation is under way; its value is the id of the key that goes, and the machine
# that runs it. Without it a second key may be anybody's, and is never touched.
MARK: Final = "whomay:rotating"


class Do(Enum):
    """The steps of a rotation, in their order; the text takes the id of a key."""

    MARK = "mark the user: {} is being replaced"
    DISCARD = "delete {}, made by a run that ended before it stored the secret"
    CREATE = "create a new key and store it in the secret"
    VERIFY = "see that AWS accepts the key in the secret"
    DEACTIVATE = "deactivate {}"
    DELETE = "delete {}"
    UNMARK = "remove the mark"


@dataclass(frozen=True, slots=True)
class RotationStep:
    """One step, and the key that it is about, if there is one."""

    do: Do
    key: str = ""

    def __str__(self) -> str:
        """Return what the step does, as an order."""
        return self.do.value.format(self.key)


@dataclass(frozen=True, slots=True)
class State:
    """What AWS says now.

    `active` maps the user's keys to whether they are active. `stored` is the key in the secret.
    `marked` is the key that a rotation under way replaces, None when there is none. `elsewhere` is
    the machine that marked it, empty for this one, and `young` are the keys of the last five
    minutes.
    """

    user: str
    active: Mapping[str, bool]
    stored: str
    marked: str | None = None
    elsewhere: str = ""
    young: frozenset[str] = frozenset()


def remaining(state: State) -> list[RotationStep]:
    """Return the steps that are left, all of them when no rotation is under way.

    Raises:
        LiveError: a key is not what a rotation leaves behind, so a person must look at it.

    """
    if state.marked is None:
        _check_start(state)
        return [
            RotationStep(Do.MARK, state.stored),
            RotationStep(Do.CREATE),
            *_retire(state.stored, active=True),
        ]
    old = state.marked
    if state.stored != old and state.stored in state.active:
        return _retire(old, active=state.active.get(old))
    if old not in state.active:
        raise LiveError(
            f"{state.user}: the key {old} was being replaced, but it is gone, and the secret holds "
            f"{state.stored}, which is not a usable key: create a key by hand, store it in "
            f"the secret, and remove the user's tag {MARK}"
        )
    lost = [RotationStep(Do.DISCARD, key) for key in state.active if key != old]
    for step in lost if state.elsewhere else ():
        if step.key in state.young:
            raise LiveError(
                f"{state.user}: a run on {state.elsewhere} has just made {step.key}, and may be about "
                "to store it: run again in five minutes",
                exit_code=HELD,
            )
    return [*lost, RotationStep(Do.CREATE), *_retire(old, active=state.active[old])]


def _retire(old: str, *, active: bool | None) -> list[RotationStep]:
    """Return the steps once the new key is stored; `active` is None when the old one is gone."""
    steps = [RotationStep(Do.UNMARK)]
    if active is not None:
        steps = [RotationStep(Do.DELETE, old), *steps]
    if active:
        steps = [RotationStep(Do.VERIFY), RotationStep(Do.DEACTIVATE, old), *steps]
    return steps


def _check_start(state: State) -> None:
    """See that the user has exactly one key, that it is active, and that the secret holds it."""
    if state.stored not in state.active:
        raise LiveError(
            f"{state.user}: the secret holds {state.stored}, which is not a key of this user (its keys: "
            f"{', '.join(state.active) or 'none'}): name the secret that holds the user's key"
        )
    for key in state.active:
        if key != state.stored:
            raise LiveError(
                f"{state.user} has a second key, {key}, which the secret does not hold: somebody may "
                "use it, and IAM allows two; see who does (aws iam get-access-key-last-used "
                f"--access-key-id {key}), delete it, and run again"
            )
    if not state.active[state.stored]:
        raise LiveError(
            f"{state.user}: the key {state.stored} is inactive: somebody has taken it out of use; "
            "activate it first if the user is to have a key again"
        )
