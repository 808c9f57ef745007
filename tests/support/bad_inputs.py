"""All tables of bad inputs in one."""

from support import (
    bad_inputs_access,
    bad_inputs_conditions,
    bad_inputs_names,
    bad_inputs_parts,
    bad_inputs_trust,
)

TABLES = (
    bad_inputs_names,
    bad_inputs_trust,
    bad_inputs_conditions,
    bad_inputs_access,
    bad_inputs_parts,
)


LISTED = {case: expected for table in TABLES for case, expected in table.LISTED.items()}


FURTHER = {name: expected for table in TABLES for name, expected in table.FURTHER.items()}
