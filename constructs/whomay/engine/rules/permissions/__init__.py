"""Rules about what a principal may do: actions, resources, passing of roles. One rule a file."""
