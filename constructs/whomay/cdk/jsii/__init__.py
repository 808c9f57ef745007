"""The border between Python and CDK's JavaScript: references, attributes asked once, steps before synth.

What works around jsii, or saves questions to it, belongs here.
"""
