"""What MiniStack forgets of an instance: its metadata options, its user data, and most images.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html
"""

import base64
from typing import Any, Final
from xml.sax.saxutils import escape

from whomay.lab.server import internals
from whomay.lab.server.calls import ERROR_STATUS, Response, parse, texts
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.request import ApiRequest

_options: dict[str, dict[str, str]] = {}  # instance -> HttpTokens, HttpEndpoint


def set_metadata_options(instance: str, options: dict[str, Any]) -> None:
    """Keep the metadata options of an instance."""
    _options[instance] = {name: str(value) for name, value in options.items()}


def needs_token(instance: str) -> bool:
    """Tell whether metadata is version 2 only: the default of Amazon Linux 2023's images."""
    return _options.get(instance, {}).get("HttpTokens", "required") == "required"


def has_metadata(instance: str) -> bool:
    """Tell whether the metadata service is on, as it is by default."""
    return _options.get(instance, {}).get("HttpEndpoint", "enabled") == "enabled"


def user_data(instance: str) -> str | None:
    """Return the user data as the instance reads it, decoded; None when it was started without."""
    record = internals.get("services.ec2", "_instances")[instance]
    return base64.b64decode(record.get("UserData") or "").decode() or None


def _run(request: ApiRequest, answer: Response) -> None:
    names = ("HttpTokens", "HttpEndpoint")
    given = {name: request.parameter(f"MetadataOptions.{name}") for name in names}
    for instance in texts(parse(answer[2]), ".//instanceId"):
        set_metadata_options(instance, {name: value for name, value in given.items() if value})


def _with_user_data(request: ApiRequest, answer: Response) -> Response:
    status, headers, body = answer
    record = internals.get("services.ec2", "_instances")[request.parameter("InstanceId")]
    value = f"<userData><value>{escape(record['UserData'])}</value></userData>"
    return status, headers, body.replace(b"<userData/>", value.encode())


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    answer = await inner(request)
    if answer[0] >= ERROR_STATUS:
        return answer
    action = request.parameter("Action")
    if action == "RunInstances":
        _run(request, answer)
    if action == "DescribeInstanceAttribute" and request.parameter("Attribute") == "userData":
        return _with_user_data(request, answer)
    return answer


def install() -> None:
    """Put the corrections in place."""
    correct("ec2", _handle)
    _add_images(internals.get("services.ssm", "_PUBLIC_AMI_PARAMETERS"))


def _add_images(known: dict[str, Any]) -> None:
    """Give every kernel and processor an image, as CDK's MachineImage reads them."""
    for kernel in ("6.1", "6.12", "default"):
        for processor in ("x86_64", "arm64"):
            known.setdefault(f"{_LINUX}{kernel}-{processor}", known[f"{_LINUX}default-x86_64"])


_LINUX: Final = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-"
