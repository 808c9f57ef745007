"""Virtual MFA devices with a real seed, whose codes are checked: RFC 6238, 30 seconds, 6 digits."""

import base64
import hashlib
import hmac
import os
import re
import struct
import time
from typing import Any

from whomay.lab.server import internals
from whomay.lab.server.calls import ERROR_STATUS
from whomay.lab.server.query_errors import error

STEP_SECONDS = 30

_last_step: dict[str, int] = {}  # serial number -> the step of the last code that was accepted


def code_at(seed: str, step: int) -> str:
    """Return the code of a base32 seed for one 30-second step since 1970."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def accept(device: dict[str, Any], code: str, *, past_steps: int = 1) -> bool:
    """Tell whether `code` is the device's, now or one step off; a code is good once."""
    serial, now = device["SerialNumber"], int(time.time()) // STEP_SECONDS
    for step in range(now - past_steps, now + 2):
        fresh = step > _last_step.get(serial, 0)
        if fresh and hmac.compare_digest(code_at(device["Base32StringSeed"], step), code):
            _last_step[serial] = step
            return True
    return False


def install() -> None:
    """Correct two IAM actions: MiniStack's seed is not base32, and it takes any two codes."""
    handlers = internals.get("services.iam", "_IAM_HANDLERS")
    devices = internals.get("services.iam", "_mfa_devices")
    create, enable = handlers["CreateVirtualMFADevice"], handlers["EnableMFADevice"]

    def create_device(parameters: dict[str, list[str]]) -> Any:
        status, headers, body = create(parameters)
        if status >= ERROR_STATUS:
            return status, headers, body
        text = body.decode() if isinstance(body, bytes) else body
        serial = re.search(r"<SerialNumber>(.*?)</SerialNumber>", text)
        device = devices[serial[1] if serial else ""]
        encoded = base64.b64encode(device["Base32StringSeed"].encode()).decode()
        device["Base32StringSeed"] = base64.b32encode(os.urandom(20)).decode()
        _last_step.pop(device["SerialNumber"], None)  # of a deleted device of this name
        own = base64.b64encode(device["Base32StringSeed"].encode()).decode()
        return status, headers, text.replace(encoded, own).encode()

    def enable_device(parameters: dict[str, list[str]]) -> Any:
        device = devices.get(parameters.get("SerialNumber", [""])[0])
        codes = [parameters.get(f"AuthenticationCode{number}", [""])[0] for number in (1, 2)]
        if device and not all(accept(device, code, past_steps=2) for code in codes):
            text = "Authentication code for device is not valid."
            return error("InvalidAuthenticationCode", text)
        return enable(parameters)

    handlers.update(CreateVirtualMFADevice=create_device, EnableMFADevice=enable_device)
