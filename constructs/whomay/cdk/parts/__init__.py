"""Things that principals act on: buckets, a network, an instance.

A resource that several projects use belongs here.
"""
