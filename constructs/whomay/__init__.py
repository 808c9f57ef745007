"""AWS IAM as infrastructure code: who may do what, proved at every synth.

`iam` is the policy language, `engine` decides and proves with it, and `cdk` holds the constructs.
`lab` is an AWS on this machine, `live` works on real accounts, `report` writes, and `cli` is the
command.
"""
