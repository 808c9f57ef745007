"""Questions about all requests at once: who may, what is allowed, through which roles.

How requests are sorted into finitely many classes belongs here. Each class is decided once.
"""

from whomay.engine.door import TYPE_CHECKING, door

if TYPE_CHECKING:
    from whomay.engine.proof.deciders import View
    from whomay.engine.proof.granted_actions import Granted, granted
    from whomay.engine.proof.outsiders import called
    from whomay.engine.proof.permissions import Row, matrix
    from whomay.engine.proof.prove import assuming
    from whomay.engine.proof.who_may import Holder
else:
    __getattr__, __dir__ = door(
        __name__,
        {
            "whomay.engine.proof.deciders": ("View",),
            "whomay.engine.proof.granted_actions": ("Granted", "granted"),
            "whomay.engine.proof.outsiders": ("called",),
            "whomay.engine.proof.permissions": ("Row", "matrix"),
            "whomay.engine.proof.prove": ("assuming",),
            "whomay.engine.proof.who_may": ("Holder",),
        },
    )

__all__ = [
    "Granted",
    "Holder",
    "Row",
    "View",
    "assuming",
    "called",
    "granted",
    "matrix",
]
