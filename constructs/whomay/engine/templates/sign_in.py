"""Identity providers: whom they let sign in, who then becomes a role that trusts them.

A provider's certificate, URL or settings decide who that is. No policy says it, so no decision
reads it: a comparison alone does.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html
"""

from collections.abc import Iterator

from whomay.engine.snapshot import SignIn
from whomay.engine.templates.resources import Items
from whomay.iam.content import content_of
from whomay.iam.facts.policy_carriers import signing_in


def sign_ins(items: Items) -> Iterator[SignIn]:
    """Yield the identity providers, and what else decides whom one lets sign in."""
    for kind, paths in signing_in().items():
        for item in items.of(kind):
            says = [
                item.plain(name) for path in paths for name in (path[:1] or sorted(item.properties))
            ]
            yield SignIn(item.path, kind, content_of(says))
