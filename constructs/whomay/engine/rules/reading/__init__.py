"""What several rules read in templates and policies."""
