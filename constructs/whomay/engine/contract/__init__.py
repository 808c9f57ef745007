"""The access contract, answered: which statements hold, and a witness for each that does not.

Reading the statements of an assembly, their checks and their answers belong here.
"""
