"""Policy documents of templates, read without ever raising: what cannot be read is Unknown."""

from typing import Any

from whomay.iam import unique_json
from whomay.iam.parse import PolicyError, parse_policy
from whomay.iam.patterns.code_points import unescape
from whomay.iam.patterns.symbols import display, unknown_reasons
from whomay.iam.policy import Policy, Source


def read_policy(document: Any, path: str, name: str = "") -> Policy:
    """Return the policy; one that cannot be read may allow anything, and `unknown` says why.

    Args:
        document: the document with all functions evaluated, as an object or as JSON text.
        path: where the document is, a construct path.
        name: the policy's own name.

    """
    if isinstance(document, str):
        if reasons := unknown_reasons(document):
            return Policy((), unknown=f"{path}: {', '.join(reasons)}")
        try:
            document = unique_json.loads(document)
        except (ValueError, RecursionError) as error:
            return Policy(
                (), unknown=f"{path}: the policy document is no JSON: {error}", refused=True
            )
    try:
        return parse_policy(document, Source(path, name))
    except PolicyError as error:
        # A message quotes by repr, which escapes the code points of symbols.
        said = f"{path}: {display(unescape(str(error)))}"
        return Policy((), unknown=said, refused=not unknown_reasons(unescape(str(document))))
