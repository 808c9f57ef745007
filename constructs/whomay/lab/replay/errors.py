"""Why a request is not sent: counted, not an error of the run."""


class CannotBeSent(Exception):  # noqa: N818 - no mistake: some requests no call can make
    """A request that no call here makes. `reason` is what is counted, `detail` what of this one."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
