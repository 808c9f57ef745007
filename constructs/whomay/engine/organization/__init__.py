"""An organization as one file tells it: accounts, the units above them, and the policies attached.

The format is described in docs/reference/organization.md.
"""

from whomay.engine.door import TYPE_CHECKING, door

if TYPE_CHECKING:
    from whomay.engine.organization.organization import Organization, OrganizationError
    from whomay.engine.organization.reader import read_organization
else:
    __getattr__, __dir__ = door(
        __name__,
        {
            "whomay.engine.organization.organization": ("Organization", "OrganizationError"),
            "whomay.engine.organization.reader": ("read_organization",),
        },
    )

__all__ = ["Organization", "OrganizationError", "read_organization"]
