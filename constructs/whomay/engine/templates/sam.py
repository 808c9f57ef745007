"""Templates of the AWS Serverless Application Model, translated as CloudFormation would.

AWS publishes the translator itself; it is installed with the extra `sam`. Without it, and where it
refuses a template, the template stays as it is, and is named as not seen.
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/what-is-sam.html
"""

import copy
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from whomay.engine.templates.deployment import is_kept_elsewhere
from whomay.engine.templates.template import Template
from whomay.iam.facts.managed_policies import names

SAM: Final = "AWS::Serverless-2016-10-31"
HOW_TO_READ_IT: Final = "pip install 'whomay[sam]' reads it"

# What CloudFormation gives the translator in place of a value that it does not know yet.
_NOT_YET_KNOWN: Final = "{{IntrinsicFunction:whomay}}"
_PSEUDO_PARAMETERS: Final = ("AccountId", "Partition", "Region", "StackId", "StackName")
# What `sam package` puts in place of files and folders of the machine.
_APPLICATION: Final = "AWS::Serverless::Application"
_LOCAL: Final = ("CodeUri", "ContentUri", "DefinitionUri", "Location")
_PACKAGED: Final = "s3://packaged/file"
_REMOTE: Final = ("s3://", "http://", "https://")


def translated(template: Template) -> Template:
    """Return a template of SAM as CloudFormation makes it of it; any other as it is.

    `untranslated` of the result says why it could not be done.
    """
    listed = template.body.get("Transform") or []
    transforms = listed if isinstance(listed, list) else [listed]
    if SAM not in transforms:
        return template
    try:
        from samtranslator.parser.parser import Parser  # noqa: PLC0415 - half a second, for SAM alone
        from samtranslator.translator.translator import Translator  # noqa: PLC0415 - the same
    except ImportError:
        return replace(template, untranslated=HOW_TO_READ_IT)
    logging.getLogger("samtranslator").addHandler(logging.NullHandler())
    translator = Translator(None, Parser(), boto_session=_Session(template.region or "us-east-1"))
    body = _packaged(copy.deepcopy(dict(template.body)))
    try:
        found = translator.translate(body, _values(template), get_managed_policy_map=_managed)
    except Exception as error:  # noqa: BLE001 - it raises anything for a template that it does not expect
        why = str(getattr(error, "message", error)) or type(error).__name__
        causes = "; ".join(str(each.message) for each in getattr(error, "causes", ()))
        return replace(template, untranslated=f"the translator refuses it: {causes or why}")
    others = [each for each in transforms if each != SAM]
    resources = {
        name: {**found["Resources"][name], "Metadata": each["Metadata"]}
        for name, each in template.section("Resources").items()
        if name in found["Resources"] and "Metadata" in each
    }
    made = {**found, "Resources": found["Resources"] | resources, "Transform": others}
    return replace(template, body=made)


@dataclass(frozen=True, slots=True)
class _Session:
    """What the translator asks of a session of boto3."""

    region_name: str


def _values(template: Template) -> dict[str, Any]:
    """Return the parameters as the translator gets them; it leaves alone what is not yet known."""
    values: dict[str, Any] = {f"AWS::{each}": _NOT_YET_KNOWN for each in _PSEUDO_PARAMETERS}
    for name, declared in template.section("Parameters").items():
        if not isinstance(declared, dict):
            continue
        secret = declared.get("NoEcho") or is_kept_elsewhere(declared)
        default = _NOT_YET_KNOWN if secret else declared.get("Default", _NOT_YET_KNOWN)
        values[name] = template.parameters.get(name, default)
    if template.parent:  # the stack that nests it may pass other values
        values.update(dict.fromkeys(template.section("Parameters"), _NOT_YET_KNOWN))
    return values


def _managed() -> Mapping[str, str]:
    """Return the ARNs of AWS's managed policies, which SAM takes by name."""
    return {path.rpartition("/")[2]: f"arn:aws:iam::aws:policy/{path}" for path in names()}


def _packaged(body: dict[str, Any]) -> dict[str, Any]:
    """Return the template as it is once its files are uploaded."""
    resources = body.get("Resources")
    for each in resources.values() if isinstance(resources, dict) else ():
        # a loop that stays a loop is a list beside the resources
        if isinstance(each, dict) and str(each.get("Type")).startswith("AWS::Serverless::"):
            properties = _uploaded(each.get("Properties") or {})
            where = properties.get("Location")
            if each["Type"] == _APPLICATION and isinstance(where, dict):
                # the repository of applications is not asked: a nested stack is made of its template
                properties["Location"] = f"https://serverlessrepo/{where.get('ApplicationId')}"
            each["Properties"] = properties
    return body | {"Globals": _uploaded(body["Globals"])} if "Globals" in body else body


def _uploaded(value: Any) -> Any:
    match value:
        case list():
            return [_uploaded(each) for each in value]
        case dict():
            return {
                key: _PACKAGED if key in _LOCAL and _is_local(inner) else _uploaded(inner)
                for key, inner in value.items()
            }
    return value


def _is_local(value: Any) -> bool:
    return isinstance(value, str) and not value.startswith(_REMOTE)
