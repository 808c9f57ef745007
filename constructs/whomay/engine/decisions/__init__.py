"""One request, and what the policies of a snapshot make of it."""

from whomay.engine.door import TYPE_CHECKING, door

if TYPE_CHECKING:
    from whomay.engine.decisions.decide import decide_by, decide_in
    from whomay.engine.decisions.index import Index
    from whomay.engine.decisions.judge import Layers
    from whomay.engine.decisions.layer import Layer
    from whomay.engine.decisions.least_change import ChangeKind, LeastChange, least_changes
    from whomay.engine.decisions.session_keys import SessionKeys, is_of_session
else:
    __getattr__, __dir__ = door(
        __name__,
        {
            "whomay.engine.decisions.decide": ("decide_by", "decide_in"),
            "whomay.engine.decisions.index": ("Index",),
            "whomay.engine.decisions.judge": ("Layers",),
            "whomay.engine.decisions.layer": ("Layer",),
            "whomay.engine.decisions.least_change": ("ChangeKind", "LeastChange", "least_changes"),
            "whomay.engine.decisions.session_keys": ("SessionKeys", "is_of_session"),
        },
    )

__all__ = [
    "ChangeKind",
    "Index",
    "Layer",
    "Layers",
    "LeastChange",
    "SessionKeys",
    "decide_by",
    "decide_in",
    "is_of_session",
    "least_changes",
]
