"""Changes of the credentials of users: who has one acts as the user, whatever the policies say."""

from collections.abc import Iterable, Iterator

from whomay.engine.changes.change import Change, Difference
from whomay.engine.snapshot import Principal


def credential_changes(pairs: Iterable[tuple[Principal, Principal]]) -> Iterator[Difference]:
    """Yield what became of the access keys and passwords of each user that was there before."""
    for before, after in pairs:
        come = [each for each in after.credentials if each not in before.credentials]
        gone = [each for each in before.credentials if each not in after.credentials]
        if not (come or gone):
            continue
        change = Change.NARROWER
        if come:
            change = Change.MOVED if gone else Change.WIDER
        raised = {one.partition(", ")[0] for one in come} & {one.partition(", ")[0] for one in gone}
        said = [f"new is {', '.join(come)}"] if come else []
        said += [f"gone is {', '.join(gone)}"] if gone else []
        text = f"somebody can sign in as this user otherwise than before: {'; '.join(said)}"
        if raised:
            text += (
                "; another serial makes a new key and deletes the old one, so what still runs with "
                "the old one is refused"
            )
        yield Difference(after.path, change, None, None, text)
