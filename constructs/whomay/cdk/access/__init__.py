"""What may be done: each access is one intent, and turns into exact policy statements.

A new access, such as reading a queue, belongs here.
"""
