"""Rules over the templates of an app: one a file, each with its reason, its fix and its examples.

Contracts prove what one app promises. Rules look for what hardly any app means to do. A rule goes
to the family that it looks at: `trust`, `conditions`, `permissions` or `resources`.
"""

from whomay.engine.door import TYPE_CHECKING, door

if TYPE_CHECKING:
    from whomay.engine.rules.acknowledged import AcknowledgedFindings, acknowledged_findings
    from whomay.engine.rules.app import App
    from whomay.engine.rules.findings import PACK, RULES
    from whomay.engine.rules.reading.placed_statement import PolicyType
    from whomay.engine.rules.rule import (
        Example,
        ExampleKind,
        Finding,
        Severity,
        identity,
    )
    from whomay.engine.rules.written_by_cdk import line_of, told_apart
    from whomay.engine.snapshot import Acknowledged
    from whomay.engine.templates.acknowledgements import (
        Acknowledgement,
        acknowledgements,
        as_locked,
        normal,
        not_locked,
        unused,
    )
else:
    __getattr__, __dir__ = door(
        __name__,
        {
            "whomay.engine.rules.acknowledged": ("AcknowledgedFindings", "acknowledged_findings"),
            "whomay.engine.rules.findings": ("PACK", "RULES"),
            "whomay.engine.rules.app": ("App",),
            "whomay.engine.rules.reading.placed_statement": ("PolicyType",),
            "whomay.engine.rules.rule": (
                "Example",
                "ExampleKind",
                "Finding",
                "Severity",
                "identity",
            ),
            "whomay.engine.rules.written_by_cdk": ("line_of", "told_apart"),
            "whomay.engine.snapshot": ("Acknowledged",),
            "whomay.engine.templates.acknowledgements": (
                "Acknowledgement",
                "acknowledgements",
                "as_locked",
                "normal",
                "not_locked",
                "unused",
            ),
        },
    )

__all__ = [
    "PACK",
    "RULES",
    "Acknowledged",
    "AcknowledgedFindings",
    "Acknowledgement",
    "App",
    "Example",
    "ExampleKind",
    "Finding",
    "PolicyType",
    "Severity",
    "acknowledged_findings",
    "acknowledgements",
    "as_locked",
    "identity",
    "line_of",
    "normal",
    "not_locked",
    "told_apart",
    "unused",
]
