"""What AWS refuses when a stack is deployed: one rule for each kind, each in a file."""
