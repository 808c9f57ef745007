"""OpenAPI documents of API Gateway: the policy in one, and who may call its methods.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from whomay.engine.templates.intrinsic_functions import as_text
from whomay.iam.patterns.symbols import unknown_reasons

POLICY: Final = "x-amazon-apigateway-policy"
_AUTH: Final = "x-amazon-apigateway-auth"
_AUTHORIZER: Final = "x-amazon-apigateway-authorizer"
_AUTH_TYPE: Final = "x-amazon-apigateway-authtype"
_ANY: Final = "x-amazon-apigateway-any-method"
_METHODS: Final = ("delete", "get", "head", "options", "patch", "post", "put", _ANY)


def is_read(document: Any) -> bool:
    """Tell whether a document says all of its methods: no part of them is elsewhere or unknown."""
    paths = document.get("paths", {}) if isinstance(document, Mapping) else None
    if not isinstance(paths, Mapping):
        return False
    levels = [document, paths, *paths.values()]
    methods = [each[name] for each in paths.values() for name in _METHODS if name in _keys(each)]
    return all(map(_is_clear, levels)) and all(map(_is_clear_method, methods))


def _keys(path: Any) -> Iterable[str]:
    return path if isinstance(path, Mapping) else ()


def _is_clear(level: Any) -> bool:
    unclear = any(key == "$ref" or key.startswith("Fn::") for key in _keys(level))
    return isinstance(level, Mapping) and not unclear and not any(map(unknown_reasons, level))


def _is_clear_method(method: Any) -> bool:
    auth = method.get(_AUTH, {}) if isinstance(method, Mapping) else None
    return isinstance(auth, Mapping) and not unknown_reasons(as_text(auth.get("type", "")))


def open_methods(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the methods that need no authorization, `GET` or `*`, each with the pattern of its path.

    A method that an authorizer guards, or IAM, is not among them.
    """
    for path, methods in (document.get("paths") or {}).items():
        for method in _METHODS:
            if method in methods and _is_open(document, methods[method]):
                asked = "*" if method == _ANY else method.upper()
                yield asked, re.sub(r"\{[^{}]*\}", "*", path)


def _is_open(document: Mapping[str, Any], method: Mapping[str, Any]) -> bool:
    if "type" in (auth := method.get(_AUTH, {})):
        return as_text(auth["type"]).upper() == "NONE"
    required = method.get("security", document.get("security")) or []
    named = [name for each in required if isinstance(each, Mapping) for name in each]
    return not any(_guards(scheme) for scheme in map(_schemes(document).get, named))


def _schemes(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the ways to authorize, of OpenAPI 3 or 2."""
    components = document.get("components")
    newer = components.get("securitySchemes") if isinstance(components, Mapping) else None
    found = newer or document.get("securityDefinitions") or {}
    return found if isinstance(found, Mapping) else {}


def _guards(scheme: Any) -> bool:
    """Tell whether a way to authorize is IAM's or an authorizer's; an API key alone is none."""
    return isinstance(scheme, Mapping) and (_AUTHORIZER in scheme or _AUTH_TYPE in scheme)
