"""Requests of the access contract, sent to the deployed lab and compared with the engine's verdicts.

How a request becomes a real call, and with whose credentials, belongs here.
"""
