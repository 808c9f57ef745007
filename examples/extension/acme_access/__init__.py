"""What the team adds to whomay: an access of its own, and a rule."""
