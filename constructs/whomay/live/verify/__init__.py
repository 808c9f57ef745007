"""Whether an account does what the contract says: by IAM's own simulator, by our engine, by calls."""
