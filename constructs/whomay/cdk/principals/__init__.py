"""Who acts, and who is trusted to become it: roles, users, people, trust, boundaries."""
