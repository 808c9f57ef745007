"""What a deployment needs of an account, asked before it begins, and changing nothing."""
