"""Rules about conditions that do not do what they seem to. One rule a file."""
