"""What runs at every synth and can stop it: contract, rules, lock, limits, packs of cdk-nag.

A new CDK validation plugin belongs here. This is the only room of the constructs that imports the
engine.
"""
