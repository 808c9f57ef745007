"""The codes of a virtual MFA device, as a phone shows them: RFC 6238, 30 seconds, 6 digits."""

import base64
import hmac
import struct
import time
from typing import Final

STEP: Final = 30  # seconds
MARGIN: Final = 5  # seconds that a code stays good at least when it is handed out


def code_at(seed: str, step: int) -> str:
    """Return the code of a base32 seed for one step of 30 seconds since 1970."""
    digest = hmac.digest(base64.b32decode(seed), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


class Codes:
    """The codes of one device, each of them once, since AWS takes none twice."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._last = 0

    def pair(self, margin: float = MARGIN) -> tuple[str, str]:
        """Return the two codes before this one, by which a device is enabled.

        Waits for the next step when this one ends within `margin` seconds.
        """
        left = STEP - time.time() % STEP
        if left < margin:
            time.sleep(left)
        self._last = _now() - 1
        return code_at(self._seed, self._last - 1), code_at(self._seed, self._last)

    def fresh(self) -> str:
        """Return a code that was not used: this step's, then the next one's, a step early."""
        self._last = max(self._last + 1, _now())
        return code_at(self._seed, self._last)

    def used(self) -> str:
        """Return the code that was handed out last."""
        return code_at(self._seed, self._last)

    def wrong(self) -> str:
        """Return six digits that are no code of the device about now."""
        right = {code_at(self._seed, _now() + step) for step in range(-2, 4)}
        return next(digits for digits in map("{:06d}".format, range(10)) if digits not in right)


def _now() -> int:
    return int(time.time()) // STEP
