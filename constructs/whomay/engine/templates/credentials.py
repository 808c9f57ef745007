"""The lasting credentials of users: access keys, and passwords for the console.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-accesskey.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-iam-user-loginprofile.html
"""

from collections import defaultdict
from typing import Final

from whomay.engine.templates.resources import Items

_KEY: Final = "AWS::IAM::AccessKey"
_USER: Final = "AWS::IAM::User"


def credentials(items: Items) -> defaultdict[tuple[str, str], list[str]]:
    """Return by account and name of a user what somebody can sign in with; a key that is off counts not.

    A key has the serial of the template, since CloudFormation makes another when that is raised.
    """
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for item in items.of(_KEY):
        if item.text("Status") != "Inactive":
            serial = item.text("Serial")
            key = f"access key {item.path}" + (f", serial {serial}" if serial else "")
            found[item.account, item.text("UserName")].append(key)
    for item in items.of(_USER):
        if item.plain("LoginProfile") is not None:
            found[item.account, item.get("Ref")].append("password")
    return found
