"""Who may do what: decisions and proofs from synthesized templates, in plain Python."""
