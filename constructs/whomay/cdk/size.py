"""The sizes that IAM limits, measured when the app is synthesized.

IAM counts the characters of a policy document without white space (IAM User Guide, "IAM and AWS STS
quotas"). A reference is not yet text then: it counts as nothing for the error, so that only what
is certainly too long is refused, and as an ARN of usual length for the warning.
"""

import json
import re
from typing import Any, Final

import jsii
from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct, IValidation

_REFERENCE_LENGTH: Final = 90


def limit_size(scope: IConstruct, what: str, document: iam.PolicyDocument, limit: int) -> None:
    """Fail the synth when the document is certainly over the limit, warn when it may be."""
    scope.node.add_validation(_Size(scope, what, document, limit))


@jsii.implements(IValidation)
class _Size:
    def __init__(
        self, scope: IConstruct, what: str, document: iam.PolicyDocument, limit: int
    ) -> None:
        self._scope, self._what, self._document, self._limit = scope, what, document, limit

    def validate(self) -> list[str]:
        resolved = Stack.of(self._scope).resolve(self._document)
        least, likely = measure(resolved, 0), measure(resolved, _REFERENCE_LENGTH)
        if least > self._limit:
            fix = "name fewer resources, or split it over a managed policy"
            return [f"{self._what}: {least} characters; IAM allows {self._limit}; {fix}"]
        if likely > self._limit:
            text = (
                f"{self._what}: about {likely} characters once deployed; IAM allows {self._limit}"
            )
            Annotations.of(self._scope).add_warning_v2("whomay:size", text)
        return []


def measure(document: Any, reference: int) -> int:
    """Return the length of a resolved document, each intrinsic counted as `reference` characters."""
    text = json.dumps(_flat(document, "x" * reference), ensure_ascii=False)
    return len(re.sub(r"\s", "", text))


def _flat(value: Any, reference: str) -> Any:
    match value:
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(str(_flat(part, reference)) for part in parts)
        case dict() if len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::")):
            return reference
        case dict():
            return {key: _flat(part, reference) for key, part in value.items()}
        case list():
            return [_flat(part, reference) for part in value]
    return value
