"""The policy language and what AWS is, in plain Python that everything else may use.

Here belongs what AWS's IAM pages define: policy documents, conditions and their operators, policy
variables, principal elements. Nothing here knows of templates, and nothing imports another room.
"""
