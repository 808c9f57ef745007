"""All policies that name principals and that MiniStack keeps, of all accounts and Regions."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from whomay.lab.server import internals

# service, store, where a record holds the document: none where the store holds documents
_STORES: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("iam", "_roles", ("AssumeRolePolicyDocument",)),
    ("s3", "_bucket_policies", ()),
    ("kms", "_keys", ("Policy",)),
    ("secretsmanager", "_resource_policies", ()),
    ("sqs", "_queues", ("attributes", "Policy")),
    ("sns", "_topics", ("attributes", "Policy")),
    ("ecr", "_repo_policies", ()),
)


def rewrite_all(rewrite: Callable[[str], str]) -> None:
    """Put `rewrite(document)` in the place of each document."""
    for holder, key in _places():
        if isinstance(holder.get(key), str):
            holder[key] = rewrite(holder[key])


def _places() -> Iterator[tuple[dict[Any, Any], Any]]:
    for service, store, path in _STORES:
        records = internals.get(f"services.{service}", store)._data  # noqa: SLF001 - of all accounts
        for key, record in list(records.items()):
            holder, last = (record, path[-1]) if path else (records, key)
            for name in path[:-1]:
                holder = holder[name]
            yield holder, last
