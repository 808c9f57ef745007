"""What must go first, asked of IAM by the real boto3 and of CloudFormation."""

import time

from support.aws import Stack, make_role, policy, refusal, resource, root, statement, trust

from whomay.lab.server.mfa import STEP_SECONDS, code_at
from whomay.lab.state import Lab

READ = policy(statement("s3:GetObject", "*"))
MANAGED = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def entity(first: str) -> tuple[str, str]:
    return "DeleteConflict", f"Cannot delete entity, must {first} first."


def give_device(lab: Lab, user: str) -> str:
    """Enrol a virtual device; return its serial number."""
    iam = root(lab).client("iam")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
    seed, step = made["Base32StringSeed"].decode(), int(time.time()) // STEP_SECONDS
    serial: str = made["SerialNumber"]
    iam.enable_mfa_device(
        UserName=user,
        SerialNumber=serial,
        AuthenticationCode1=code_at(seed, step - 1),
        AuthenticationCode2=code_at(seed, step),
    )
    return serial


def test_a_user_is_deleted_only_after_all_that_it_has(lab: Lab) -> None:
    iam = root(lab).client("iam")
    iam.create_user(UserName="leaver")
    iam.create_group(GroupName="leavers")

    def refused() -> tuple[str, str]:
        return refusal(iam.delete_user, UserName="leaver")

    iam.add_user_to_group(GroupName="leavers", UserName="leaver")
    assert refused() == entity("remove users from group")
    iam.attach_user_policy(UserName="leaver", PolicyArn=MANAGED)
    assert refused() == entity("detach all policies")
    iam.put_user_policy(UserName="leaver", PolicyName="own", PolicyDocument=READ)
    assert refused() == entity("delete policies")
    ssh = iam.upload_ssh_public_key(UserName="leaver", SSHPublicKeyBody="ssh-rsa AAAA")
    assert refused() == entity("remove referenced objects")
    iam.create_login_profile(UserName="leaver", Password="a-Long-Password-1")
    assert refused() == entity("delete login profile")
    key = iam.create_access_key(UserName="leaver")["AccessKey"]["AccessKeyId"]
    assert refused() == entity("delete access keys")
    serial = give_device(lab, "leaver")
    assert refused() == entity("delete MFA device")
    assert refusal(iam.delete_virtual_mfa_device, SerialNumber=serial) == (
        "DeleteConflict",
        "MFA VirtualDevice in use. Must deactivate first.",
    )

    iam.deactivate_mfa_device(UserName="leaver", SerialNumber=serial)
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    iam.delete_access_key(UserName="leaver", AccessKeyId=key)
    iam.delete_login_profile(UserName="leaver")
    identity = ssh["SSHPublicKey"]["SSHPublicKeyId"]
    iam.delete_ssh_public_key(UserName="leaver", SSHPublicKeyId=identity)
    iam.delete_user_policy(UserName="leaver", PolicyName="own")
    iam.detach_user_policy(UserName="leaver", PolicyArn=MANAGED)
    iam.remove_user_from_group(GroupName="leavers", UserName="leaver")
    iam.delete_user(UserName="leaver")
    assert refusal(iam.get_user, UserName="leaver")[0] == "NoSuchEntity"


def test_the_lesser_credentials_of_a_user_are_kept_listed_and_deleted(lab: Lab) -> None:
    iam = root(lab).client("iam")
    iam.create_user(UserName="committer")
    own = {"UserName": "committer"}
    key = iam.upload_ssh_public_key(**own, SSHPublicKeyBody="ssh-rsa AAAA")["SSHPublicKey"]
    iam.update_ssh_public_key(**own, SSHPublicKeyId=key["SSHPublicKeyId"], Status="Inactive")
    [listed] = iam.list_ssh_public_keys(**own)["SSHPublicKeys"]
    assert (listed["SSHPublicKeyId"], listed["Status"]) == (key["SSHPublicKeyId"], "Inactive")
    iam.delete_ssh_public_key(**own, SSHPublicKeyId=key["SSHPublicKeyId"])
    assert iam.list_ssh_public_keys(**own)["SSHPublicKeys"] == []

    signing = iam.upload_signing_certificate(**own, CertificateBody="-----BEGIN")["Certificate"]
    [listed] = iam.list_signing_certificates(**own)["Certificates"]
    assert listed["CertificateBody"] == "-----BEGIN"
    iam.delete_signing_certificate(**own, CertificateId=signing["CertificateId"])
    assert iam.list_signing_certificates(**own)["Certificates"] == []

    made = iam.create_service_specific_credential(**own, ServiceName="codecommit.amazonaws.com")
    credential = made["ServiceSpecificCredential"]
    assert credential["ServicePassword"]
    [listed] = iam.list_service_specific_credentials(**own)["ServiceSpecificCredentials"]
    assert listed["ServiceUserName"] == "committer-at-111111111111"
    assert "ServicePassword" not in listed
    identity = {"ServiceSpecificCredentialId": credential["ServiceSpecificCredentialId"]}
    assert (
        refusal(iam.delete_service_specific_credential, UserName="nobody", **identity)[0]
        == "NoSuchEntity"
    )
    iam.delete_service_specific_credential(**own, **identity)
    iam.delete_user(**own)


def test_a_group_a_role_and_a_profile_are_deleted_only_when_empty(lab: Lab) -> None:
    iam = root(lab).client("iam")
    iam.create_user(UserName="member")
    iam.create_group(GroupName="full")
    iam.attach_group_policy(GroupName="full", PolicyArn=MANAGED)
    assert refusal(iam.delete_group, GroupName="full") == entity("detach all policies")
    iam.put_group_policy(GroupName="full", PolicyName="own", PolicyDocument=READ)
    assert refusal(iam.delete_group, GroupName="full") == entity("delete policies")
    iam.add_user_to_group(GroupName="full", UserName="member")
    assert refusal(iam.delete_group, GroupName="full") == entity("remove users from group")

    make_role(lab, "kept", trust({"Service": "ec2.amazonaws.com"}), statement("s3:GetObject", "*"))
    assert refusal(iam.delete_role, RoleName="kept") == entity("delete policies")
    iam.attach_role_policy(RoleName="kept", PolicyArn=MANAGED)
    assert refusal(iam.delete_role, RoleName="kept") == entity("detach all policies")
    iam.create_instance_profile(InstanceProfileName="kept")
    iam.add_role_to_instance_profile(InstanceProfileName="kept", RoleName="kept")
    in_profile = entity("remove roles from instance profile")
    assert refusal(iam.delete_role, RoleName="kept") == in_profile
    assert refusal(iam.delete_instance_profile, InstanceProfileName="kept") == in_profile


def test_a_policy_is_deleted_only_detached_and_with_one_version(lab: Lab) -> None:
    iam = root(lab).client("iam")
    iam.create_user(UserName="attached")
    arn = iam.create_policy(PolicyName="attached", PolicyDocument=READ)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ, SetAsDefault=True)
    iam.attach_user_policy(UserName="attached", PolicyArn=arn)
    assert refusal(iam.delete_policy, PolicyArn=arn) == (
        "DeleteConflict",
        "Cannot delete a policy attached to entities.",
    )
    iam.detach_user_policy(UserName="attached", PolicyArn=arn)
    code, text = refusal(iam.delete_policy, PolicyArn=arn)
    assert code == "DeleteConflict"
    assert text.startswith("This policy has more than one version.")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)


def test_a_stack_that_takes_out_a_user_with_a_device_ends_well_and_leaves_the_user(
    lab: Lab,
) -> None:
    iam = root(lab).client("iam")
    group = resource("IAM::Group", GroupName="staff")
    user = resource("IAM::User", UserName="stays", Groups=[{"Ref": "Staff"}])
    one = Stack(root(lab), "leaving")
    one.deploy(Staff=group, Person=user)
    serial = give_device(lab, "stays")
    key = iam.create_access_key(UserName="stays")["AccessKey"]["AccessKeyId"]

    one.deploy(Staff=group)  # ends in UPDATE_COMPLETE

    [reason] = one.reasons()
    assert reason.endswith("DeleteConflict: Cannot delete entity, must delete MFA device first.")
    [left] = iam.list_access_keys(UserName="stays")["AccessKeyMetadata"]
    assert (left["AccessKeyId"], left["Status"]) == (key, "Active")
    assert iam.list_groups_for_user(UserName="stays")["Groups"] == []
    listed = one.client.describe_stack_resources(StackName="leaving")["StackResources"]
    assert [each["LogicalResourceId"] for each in listed] == ["Staff"]  # the stack has let go of it
    assert one.delete() == "DELETE_COMPLETE"

    assert iam.get_user(UserName="stays")["User"]["UserName"] == "stays"
    iam.deactivate_mfa_device(UserName="stays", SerialNumber=serial)
    iam.delete_access_key(UserName="stays", AccessKeyId=key)
    iam.delete_user(UserName="stays")


def test_a_stack_leaves_a_group_that_somebody_else_put_a_user_in(lab: Lab) -> None:
    iam = root(lab).client("iam")
    iam.create_user(UserName="guest")
    one = Stack(root(lab), "guests")
    one.deploy(Group=resource("IAM::Group", GroupName="guests"))
    iam.add_user_to_group(GroupName="guests", UserName="guest")

    assert one.delete() == "DELETE_FAILED"

    assert one.reasons() == [
        "Cannot delete entity, must remove users from group first. (DeleteConflict)"
    ]
    iam.remove_user_from_group(GroupName="guests", UserName="guest")
    assert one.delete() == "DELETE_COMPLETE"
