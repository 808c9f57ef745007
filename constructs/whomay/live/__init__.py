"""What works on real accounts and with their files: profiles, keys, the audit trail."""
