"""Rules about who may assume a role: trust policies and identity providers. One rule a file."""
