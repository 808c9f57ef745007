"""Who may do what: decisions and proofs from synthesized templates, in plain Python.

    app = read("cdk.out")
    decide(Request("Reports/Reader", "s3:GetObject", "Reports/Bucket/a.csv"), app.snapshot).verdict

This is the engine's door: who embeds the engine needs these names alone. Each is imported when
somebody first asks for it, so that the door itself costs next to nothing.
"""

from whomay.engine.door import TYPE_CHECKING, door

if TYPE_CHECKING:
    from whomay.engine.changes.change import Change
    from whomay.engine.changes.diff import diff
    from whomay.engine.changes.lock_reader import from_lock
    from whomay.engine.changes.lock_values import LockError
    from whomay.engine.changes.lock_writer import to_lock
    from whomay.engine.contract.check import check
    from whomay.engine.contract.contract import Contract
    from whomay.engine.decisions.decide import Decision, decide
    from whomay.engine.decisions.judge import Verdict
    from whomay.engine.decisions.request import Request
    from whomay.engine.names import UnknownNameError
    from whomay.engine.proof.who_may import who_may
    from whomay.engine.rules.findings import findings
    from whomay.engine.rules.rule import Rule
    from whomay.engine.snapshot import Snapshot
    from whomay.engine.templates.assembly import Assembly, read
    from whomay.engine.templates.deployment import Deployment, DeploymentError
    from whomay.engine.templates.template import AssemblyError
else:
    __getattr__, __dir__ = door(
        __name__,
        {
            "whomay.engine.changes.change": ("Change",),
            "whomay.engine.changes.diff": ("diff",),
            "whomay.engine.changes.lock_reader": ("from_lock",),
            "whomay.engine.changes.lock_values": ("LockError",),
            "whomay.engine.changes.lock_writer": ("to_lock",),
            "whomay.engine.contract.check": ("check",),
            "whomay.engine.contract.contract": ("Contract",),
            "whomay.engine.decisions.decide": ("Decision", "decide"),
            "whomay.engine.decisions.judge": ("Verdict",),
            "whomay.engine.decisions.request": ("Request",),
            "whomay.engine.names": ("UnknownNameError",),
            "whomay.engine.proof.who_may": ("who_may",),
            "whomay.engine.rules.findings": ("findings",),
            "whomay.engine.rules.rule": ("Rule",),
            "whomay.engine.snapshot": ("Snapshot",),
            "whomay.engine.templates.assembly": ("Assembly", "read"),
            "whomay.engine.templates.deployment": ("Deployment", "DeploymentError"),
            "whomay.engine.templates.template": ("AssemblyError",),
        },
    )

__all__ = [
    "Assembly",
    "AssemblyError",
    "Change",
    "Contract",
    "Decision",
    "Deployment",
    "DeploymentError",
    "LockError",
    "Request",
    "Rule",
    "Snapshot",
    "UnknownNameError",
    "Verdict",
    "check",
    "decide",
    "diff",
    "findings",
    "from_lock",
    "read",
    "to_lock",
    "who_may",
]
