"""What works on real accounts and with their files: profiles, access keys, the audit trail.

Code that calls AWS for a person, or reads what AWS has written, belongs here.
"""
