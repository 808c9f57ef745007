"""What AWS has, as data: actions, condition keys, resource types, services, limits, policies.

A table or a number from AWS's documentation belongs here, with the page that it comes from.
"""
