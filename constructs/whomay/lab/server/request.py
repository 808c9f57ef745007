"""A request as MiniStack's handlers get it: method, path, headers, body, query."""

import json
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qs

from whomay.lab.server import internals

FORM = "application/x-www-form-urlencoded"
JSON = "amz-json"


def is_plain(value: object) -> bool:
    """Tell whether a member of JSON is a text, a number or a Boolean."""
    return isinstance(value, str | int | float)


@dataclass(frozen=True)
class ApiRequest:
    """One request; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, list[str]]

    @cached_property
    def access_key(self) -> str:
        """The access key id it is signed with, empty when it is not signed."""
        extract = internals.get("core.router", "extract_access_key_id")
        return extract(self.headers, self.query) or ""

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """The parameters of the query, and of the body where that is a form or AWS's JSON.

        Of JSON, the Action is what the X-Amz-Target names, and lists and objects are left out.
        """
        kind = self.headers.get("content-type", "") if self.method == "POST" else ""
        if FORM in kind:
            return {**self.query, **parse_qs(self.body.decode("utf-8", "replace"))}
        target = self.headers.get("x-amz-target", "")
        if JSON not in kind or not target:
            return self.query
        try:
            members = json.loads(self.body or b"{}")
            plain = {name: [str(value)] for name, value in members.items() if is_plain(value)}
        except (AttributeError, ValueError):  # not an object, not even JSON
            plain = {}
        return {**self.query, **plain, "Action": [target.rpartition(".")[2]]}

    @cached_property
    def service(self) -> str:
        """The service it is for, in MiniStack's words."""
        detect = internals.get("core.router", "detect_service")
        return str(detect(self.method, self.path, self.headers, self.form))

    @cached_property
    def action(self) -> str | None:
        """The IAM action it needs, `s3:PutObject`; None when IAM knows no action for it."""
        extract = internals.get("core.iam_actions", "extract_iam_action")
        action: str | None = extract(
            self.service, self.method, self.path, self.headers, self.body, self.form
        )
        return action

    def parameter(self, name: str) -> str:
        """Return a parameter of the Query protocol, empty when it is absent."""
        return self.form.get(name, [""])[0]
