"""From an assembly, a template or a plan to a snapshot.

What reads a format belongs here: CloudFormation's functions, roles and users. So does every
resource that can carry a policy or a grant, such as a bucket's policy or its ACL.
"""

from whomay.engine.door import TYPE_CHECKING, door

if TYPE_CHECKING:
    from whomay.engine.templates.account_snapshot import (
        AccountSnapshot,
        account_told,
        is_account_snapshot,
    )
    from whomay.engine.templates.deployed_stack import DeployedStack
    from whomay.engine.templates.organization_folder import OrganizationFolder
    from whomay.engine.templates.template import Template
    from whomay.engine.templates.template_files import TemplateFile, TemplateFiles, sources
else:
    __getattr__, __dir__ = door(
        __name__,
        {
            "whomay.engine.templates.account_snapshot": (
                "AccountSnapshot",
                "account_told",
                "is_account_snapshot",
            ),
            "whomay.engine.templates.deployed_stack": ("DeployedStack",),
            "whomay.engine.templates.organization_folder": ("OrganizationFolder",),
            "whomay.engine.templates.template": ("Template",),
            "whomay.engine.templates.template_files": ("TemplateFile", "TemplateFiles", "sources"),
        },
    )

__all__ = [
    "AccountSnapshot",
    "DeployedStack",
    "OrganizationFolder",
    "Template",
    "TemplateFile",
    "TemplateFiles",
    "account_told",
    "is_account_snapshot",
    "sources",
]
