"""What must stay true of each stack, stated in plain actions and checked at every synth."""
