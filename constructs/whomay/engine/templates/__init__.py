"""From an assembly, a template or a plan to a snapshot.

What reads a format belongs here: CloudFormation's functions, roles and users, and every resource
that can carry a policy or a grant, such as a bucket's policy or its ACL.
"""
