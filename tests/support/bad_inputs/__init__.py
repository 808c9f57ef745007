"""All tables of bad inputs in one."""

from support.bad_inputs import access, conditions, names, parts, trust

TABLES = (names, trust, conditions, access, parts)

LISTED = {case: expected for table in TABLES for case, expected in table.LISTED.items()}
FURTHER = {name: expected for table in TABLES for name, expected in table.FURTHER.items()}
