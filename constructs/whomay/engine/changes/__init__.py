"""What a change does to who may do what.

Comparing two snapshots belongs here, and so does `access.lock` as data: its writer and its reader.
"""
