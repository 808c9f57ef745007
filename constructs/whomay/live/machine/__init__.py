"""What is in the way of a call on this machine: profile, variables, clock and the AWS CLI."""
