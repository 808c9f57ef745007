"""Rules over the templates of an app: one a file, each with its reason, its fix and its examples.

Contracts prove what one app promises. Rules look for what hardly any app means to do. A rule goes
to the family that it looks at: `trust`, `conditions`, `permissions` or `resources`.
"""
