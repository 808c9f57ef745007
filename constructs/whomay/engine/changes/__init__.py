"""What a change does to who may do what.

Comparing two snapshots belongs here, and so does `access.lock` as data: its writer and its reader.
"""

from whomay.engine.door import TYPE_CHECKING, door

if TYPE_CHECKING:
    from whomay.engine.changes.accepted import accepted_changes, expiring
    from whomay.engine.changes.account_drift import Drift, drift
    from whomay.engine.changes.change import Difference
    from whomay.engine.changes.deployed_names import Deployed, deployed
    from whomay.engine.changes.environment import in_one_environment, texts_in
    from whomay.engine.changes.kinds import Kinds, changed
    from whomay.engine.changes.machines import newcomers
    from whomay.engine.changes.orphan_ids import Orphan, orphans
    from whomay.engine.changes.published import republished, with_text_of
    from whomay.engine.changes.unseen import unseen_in_both
else:
    __getattr__, __dir__ = door(
        __name__,
        {
            "whomay.engine.changes.accepted": ("accepted_changes", "expiring"),
            "whomay.engine.changes.change": ("Difference",),
            "whomay.engine.changes.account_drift": ("Drift", "drift"),
            "whomay.engine.changes.deployed_names": ("Deployed", "deployed"),
            "whomay.engine.changes.environment": ("in_one_environment", "texts_in"),
            "whomay.engine.changes.kinds": ("Kinds", "changed"),
            "whomay.engine.changes.orphan_ids": ("Orphan", "orphans"),
            "whomay.engine.changes.machines": ("newcomers",),
            "whomay.engine.changes.published": ("republished", "with_text_of"),
            "whomay.engine.changes.unseen": ("unseen_in_both",),
        },
    )

__all__ = [
    "Deployed",
    "Difference",
    "Drift",
    "Kinds",
    "Orphan",
    "accepted_changes",
    "changed",
    "deployed",
    "drift",
    "expiring",
    "in_one_environment",
    "newcomers",
    "orphans",
    "republished",
    "texts_in",
    "unseen_in_both",
    "with_text_of",
]
