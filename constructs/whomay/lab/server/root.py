"""Root's keys: MiniStack takes them with any secret and at any time, and knows more of them."""

from whomay.lab.server import internals
from whomay.lab.server.request import ApiRequest
from whomay.lab.state import ACCOUNTS


def failure(request: ApiRequest, raw_path: str, secret: str) -> tuple[str, str] | None:
    """Return code and message for a call of root that is signed wrongly, None for any other."""
    key, is_root = request.access_key, internals.get("core.iam_evaluator", "is_root_access_key")
    if not key or not is_root(key):
        return None
    if key not in ACCOUNTS:
        return "InvalidClientTokenId", "The security token included in the request is invalid."
    signature = internals.get("core.sigv4", "parse_header_signature")(request.headers)
    if isinstance(signature, tuple):
        code, text = signature
        return code, text
    skewed: tuple[str, str] | None = internals.get("core.sigv4", "request_time_failure")(signature)
    wrong: tuple[str, str] | None = internals.get("core.sigv4", "header_signature_failure")(
        signature,
        secret,
        request.method,
        raw_path.split("?", maxsplit=1)[0],
        request.query,
        request.headers,
        request.body,
    )
    return skewed or wrong
