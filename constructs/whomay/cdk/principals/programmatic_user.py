"""A user for programs: permissions through its group, its key in Secrets Manager alone."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy, SecretValue, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from whomay.cdk.access.granted import Access, document_of, granted
from whomay.cdk.access.likely_mistakes import warn_of_access
from whomay.cdk.acknowledge import acknowledge, acknowledge_wildcards
from whomay.cdk.arguments import checks
from whomay.cdk.arguments.unchecked import record_unchecked
from whomay.cdk.jsii.interfaces import ManagedPolicy
from whomay.iam.facts import limits
from whomay.metadata.refusals import items, refuse, refuse_type


class ProgrammaticUser(iam.User):
    """A user in a group of its own. All permissions are the group's, CDK's grants included.

    No key exists by default. With `access_key_serial` one is made, and its secret goes to Secrets
    Manager alone (`access_key_secret`), as the JSON that the AWS CLI's `credential_process` reads.
    Raising the serial replaces key and secret together. The secret is deleted with the stack.

    Prefer roles where they can do the work: a long-lived key is what they replace (IAM User Guide,
    "Security best practices in IAM").

    Raises ValueError for a name or path that IAM refuses, and for a serial that is not a whole
    number of 0 or more.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        access: Sequence[Access] = (),
        access_key_serial: int | None = None,
        user_name: str | None = None,
        path: str | None = None,
        permissions_boundary: ManagedPolicy | None = None,
    ) -> None:
        checks.name("user_name", user_name, limits.USER_NAME_LENGTH)
        checks.path(path)
        if permissions_boundary is not None:
            checks.boundary("permissions_boundary", permissions_boundary)
        _check_serial(access_key_serial)
        given = items("access", access, "an access")
        super().__init__(
            scope, id, path=path, permissions_boundary=permissions_boundary, user_name=user_name
        )
        record_unchecked(self, user_name=user_name, path=path)
        self.group = iam.Group(self, "Group", path=path)
        self.add_to_group(self.group)
        self.access_key_secret: secretsmanager.Secret | None = None
        if access_key_serial is not None:
            self.access_key_secret = self._make_key(access_key_serial)
        if given:
            self.add_access(*given)

    def add_access(self, *access: Access) -> None:
        """Give the user's group more access, in an inline policy of its own."""
        found = granted(access)
        number = sum(isinstance(child, iam.Policy) for child in self.group.node.children)
        policy = iam.Policy(
            self.group,
            f"Access{number or ''}",
            document=document_of(found),
            groups=[self.group],
        )
        acknowledge_wildcards(policy, found)
        warn_of_access(policy, found)

    def add_to_principal_policy(
        self, statement: iam.PolicyStatement
    ) -> iam.AddToPrincipalPolicyResult:
        """Add the statement to the group's policy: CDK's grants to the user end there."""
        return self.group.add_to_principal_policy(statement)

    def add_to_policy(self, statement: iam.PolicyStatement) -> bool:
        """Add the statement to the group's policy."""
        return self.group.add_to_policy(statement)

    def _make_key(self, serial: int) -> secretsmanager.Secret:
        key = iam.AccessKey(self, "AccessKey", serial=serial, user=self)
        acknowledge(
            key,
            "AccessRules::access-key",
            reason="The key is asked for by access_key_serial, and only Secrets Manager ever shows it",
        )
        # Version is a number to the CLI, so the JSON is joined here: CDK's secret_object_value would
        # make it a string. The template holds references alone.
        value = Stack.of(self).to_json_string(
            {
                "Version": 1,
                "AccessKeyId": key.access_key_id,
                "SecretAccessKey": key.secret_access_key.unsafe_unwrap(),
            }
        )
        secret = secretsmanager.Secret(
            self,
            "AccessKeySecret",
            description="Access key, as JSON for the AWS CLI's credential_process",
            removal_policy=RemovalPolicy.DESTROY,
            secret_string_value=SecretValue.unsafe_plain_text(value),
        )
        acknowledge(
            secret,
            "AwsSolutions::AwsSolutions-SMG4",
            reason="The key is rotated by raising access_key_serial, which replaces key and secret together",
        )
        return secret


def _check_serial(serial: int | None) -> None:
    least, most = limits.ACCESS_KEY_SERIALS
    if serial is None:
        return
    if not isinstance(serial, int) or isinstance(serial, bool):
        fix = "begin with 1, and raise it by one to rotate the key"
        refuse_type("access_key_serial", serial, "a whole number", fix)
    if not least <= serial <= most:
        allowed = f"a whole number of {least} to {most}"
        refuse("access_key_serial", serial, allowed, "raise it by one to rotate the key")
