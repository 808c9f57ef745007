"""The access contract, answered: which statements hold, and a witness for each that does not.

Reading the statements of an assembly, their checks and their answers belong here.
"""

from whomay.engine.door import TYPE_CHECKING, door

if TYPE_CHECKING:
    from whomay.engine.contract.answers import Questions
    from whomay.engine.contract.assumptions import assumed_for
    from whomay.engine.contract.check import Checked, Result
    from whomay.engine.contract.closed_world import EntryToday, access_today
    from whomay.engine.contract.contract_file import ContractFileError, read_contract
    from whomay.engine.contract.contract_schema import schema
    from whomay.engine.contract.finding import ContractFinding, Outcome, in_words, shown_keys
    from whomay.engine.contract.mistakes import problems
    from whomay.engine.contract.statement import Stated, read_statement
    from whomay.engine.contract.walk import Walk, walks
    from whomay.metadata.records import StatementKind
else:
    __getattr__, __dir__ = door(
        __name__,
        {
            "whomay.engine.contract.closed_world": ("EntryToday", "access_today"),
            "whomay.engine.contract.answers": ("Questions",),
            "whomay.engine.contract.assumptions": ("assumed_for",),
            "whomay.engine.contract.check": ("Checked", "Result"),
            "whomay.engine.contract.contract_file": ("ContractFileError", "read_contract"),
            "whomay.engine.contract.contract_schema": ("schema",),
            "whomay.engine.contract.finding": (
                "ContractFinding",
                "Outcome",
                "in_words",
                "shown_keys",
            ),
            "whomay.engine.contract.mistakes": ("problems",),
            "whomay.engine.contract.statement": ("Stated", "read_statement"),
            "whomay.engine.contract.walk": ("Walk", "walks"),
            "whomay.metadata.records": ("StatementKind",),
        },
    )

__all__ = [
    "Checked",
    "ContractFileError",
    "ContractFinding",
    "EntryToday",
    "Outcome",
    "Questions",
    "Result",
    "Stated",
    "StatementKind",
    "Walk",
    "access_today",
    "assumed_for",
    "in_words",
    "problems",
    "read_contract",
    "read_statement",
    "schema",
    "shown_keys",
    "walks",
]
