"""Rules about who may become a role: trust policies and identity providers. One rule a file."""
