"""The lab: an AWS on this machine that enforces IAM, to deploy into and to probe.

This room starts the lab's server, deploys with the real CDK CLI and runs the probes. The AWS itself
is in `server`, the probes are in `probes`, and `replay` compares the lab with the engine.
"""
