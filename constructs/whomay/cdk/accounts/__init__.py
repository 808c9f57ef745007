"""Several accounts: a hub of people, spokes, delivery from GitHub, roles for an organization.

What one account of an app needs to know of another belongs here.
"""
