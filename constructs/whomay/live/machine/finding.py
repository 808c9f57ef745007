"""What is in the way of a call, and what settles it."""

from typing import NamedTuple


class MachineFinding(NamedTuple):
    """What is in the way of a call, and the one command or setting that settles it.

    `unknown` tells that it could not be told; `settled_by` then says how it can.
    """

    what: str
    settled_by: str
    unknown: bool = False
