"""What an app tells the engine through the metadata of `cdk.out`, the only interface between them.

An entry of an assembly is `{"type": KEY, "data": {"Version": 2, …}}` at a construct path. `records`
has the four kinds of entries with their keys, and writes and reads them. Text that refers to other
resources has the form that `references` describes. Each statement of a contract passes the checks
of `statements`, be it made by a construct, a test or another author of metadata.

CDK resolves metadata and writes it into the assembly inside Stages too, before validation plugins
run. It keeps only the metadata of what is in a stack. Its stack traces show JavaScript frames alone,
so a statement carries the file and line of the app's own code (`call_site`).

A new kind of record belongs here, and so does a check that a statement must pass wherever it is made.
"""
