"""The lab's AWS: MiniStack behind our own gateway, on loopback, with what it lacks added.

`python -m whomay.lab.server --state DIR` serves it. MiniStack has no plugin interface, so this
package sits on its ASGI application and on the names listed in `internals`, of one exact version.
Nothing here imports MiniStack before `environment.configure` has run: it reads its settings then.
"""
