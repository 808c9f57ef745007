"""What several rules read in templates and policies. What one rule reads is in its own file."""
