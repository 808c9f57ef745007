"""What an account says of itself, in one file: who is there, who may do what, and what was refused."""
