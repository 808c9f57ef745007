"""AWS IAM as infrastructure code: who may do what, proved at every synth."""
