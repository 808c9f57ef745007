"""Questions about all requests at once: who may, what is allowed, through which roles.

How requests are sorted into finitely many classes belongs here. Each class is decided once.
"""
