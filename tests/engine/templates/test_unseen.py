"""What is not read of a template makes the answers Unknown that it could change, and no others."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, role, snapshot_of_template

from whomay.engine.changes.diff import diff
from whomay.engine.changes.lock_reader import from_lock
from whomay.engine.changes.lock_writer import to_lock
from whomay.engine.decisions.decide import decide
from whomay.engine.decisions.request import Request
from whomay.engine.proof.who_may import who_may
from whomay.engine.snapshot import Snapshot

ROLE = "arn:aws:iam::111122223333:role/r"
OTHER = "arn:aws:iam::111122223333:role/other"
OBJECT = "arn:aws:s3:::b/k"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:elsewhere"


def template(resource: Any = None, **sections: Any) -> dict[str, Any]:
    resources = {"Role": role(RoleName="r"), "Other": role(RoleName="other")}
    if resource is not None:
        resources["X"] = resource
    return {"Resources": resources, **sections}


def kind(name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": name, "Properties": properties}


def asked(snapshot: Snapshot, who: str, action: str, resource: str) -> str:
    decision = decide(Request(who, action, resource), snapshot)
    return f"{decision.verdict}: {decision.reason}"


INCLUDE = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/x"}}}
ANYTHING = {
    "macro": template(Transform="TeamMacro"),
    "macros": template(Transform=["AWS::LanguageExtensions", "TeamMacro"]),
    "include": template(Transform={"Name": "AWS::Include", "Parameters": {"Location": "s3://b/x"}}),
    **{
        f"include in {section}": template(**{section: {"Inner": INCLUDE}})
        for section in ("Conditions", "Mappings", "Metadata", "Outputs", "Parameters")
    },
    "include around mappings": template(Mappings=INCLUDE),
    "module": template(kind("My::Team::Bucket::MODULE")),
    "third party": template(kind("Datadog::Monitors::Monitor", Query="x")),
    "a new type of IAM": template(kind("AWS::IAM::PolicyForAll", Document={})),
    "nested stack": template(kind("AWS::CloudFormation::Stack", TemplateURL="https://s3/x.json")),
    "product": template(kind("AWS::ServiceCatalog::CloudFormationProvisionedProduct")),
    "custom": template(kind("Custom::Policy", ServiceToken=FUNCTION)),
    "custom resource": template(kind("AWS::CloudFormation::CustomResource", ServiceToken=FUNCTION)),
}


@pytest.mark.parametrize("name", ANYTHING)
def test_what_may_make_anything_leaves_nothing_of_its_account_known(
    tmp_path: Path, name: str
) -> None:
    snapshot = snapshot_of_template(tmp_path, ANYTHING[name])
    for who in (ROLE, OTHER):
        assert asked(snapshot, who, "s3:GetObject", OBJECT).startswith(
            "Unknown: not known: not seen:"
        )
    stranger = "arn:aws:iam::999988887777:user/u"
    queue = "arn:aws:sqs:eu-west-1:999988887777:q"
    assert "not seen" not in asked(snapshot, stranger, "sqs:SendMessage", queue)
    found = {each.name: each.sure for each in who_may("s3:GetObject", OBJECT, snapshot)}
    assert found["S/Role"] is found["S/Other"] is False
    assert [name for name in found if name.startswith("whom S")]


def test_a_macro_beside_the_properties_of_a_resource_is_not_seen(tmp_path: Path) -> None:
    topic = {**kind("AWS::SNS::Topic"), "UpdatePolicy": {"Inner": [INCLUDE]}}
    [one] = snapshot_of_template(tmp_path, template(topic)).unseen
    assert one.why == "what AWS::Include adds to the stack"


HARMLESS = {
    "language": template(Transform="AWS::LanguageExtensions"),
    "blue-green": template(Transform=["AWS::CodeDeployBlueGreen"]),
    "no access": template(kind("AWS::CDK::Metadata", Analytics="x")),
    "a call that reads": template(
        kind(
            "Custom::AWS",
            ServiceToken=FUNCTION,
            Create=json.dumps({"service": "S3", "action": "getBucketPolicy", "parameters": {}}),
        )
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_grants_nothing_changes_nothing(tmp_path: Path, name: str) -> None:
    snapshot = snapshot_of_template(tmp_path, HARMLESS[name])
    assert snapshot.unseen == ()
    assert asked(snapshot, ROLE, "s3:GetObject", OBJECT).startswith("ImplicitDeny")


ORGANIZATION = "arn:aws:organizations::111122223333:organization/o-1234567890"
CLUSTER = "arn:aws:eks:eu-west-1:111122223333:cluster/c"
PARTLY: dict[str, tuple[dict[str, Any], tuple[str, str, str], tuple[str, str, str]]] = {
    # the resource, a question that it changes, one that it does not
    "lake formation": (
        kind(
            "AWS::LakeFormation::Permissions",
            DataLakePrincipal={"DataLakePrincipalIdentifier": ROLE},
        ),
        (ROLE, "glue:GetTable", "arn:aws:glue:eu-west-1:111122223333:table/d/t"),
        (OTHER, "glue:GetTable", "arn:aws:glue:eu-west-1:111122223333:table/d/t"),
    ),
    "access entry": (
        kind(
            "AWS::EKS::AccessEntry", ClusterName="c", PrincipalArn={"Fn::GetAtt": ["Role", "Arn"]}
        ),
        (ROLE, "eks:AccessKubernetesApi", CLUSTER),
        (ROLE, "eks:AccessKubernetesApi", CLUSTER.replace("/c", "/d")),
    ),
    "share": (
        kind(
            "AWS::RAM::ResourceShare", Name="s", ResourceArns=[CLUSTER], Principals=[ORGANIZATION]
        ),
        (ROLE, "eks:DescribeCluster", CLUSTER),
        (ROLE, "eks:DescribeCluster", CLUSTER.replace("/c", "/d")),
    ),
    "access grant": (
        kind("AWS::S3::AccessGrant", Grantee={"GranteeType": "IAM", "GranteeIdentifier": ROLE}),
        (ROLE, "s3:GetDataAccess", "*"),
        (OTHER, "s3:GetObject", OBJECT),
    ),
    "quicksight": (
        kind("AWS::QuickSight::Dashboard", Permissions=[{"Principal": ROLE, "Actions": ["*"]}]),
        (
            ROLE,
            "quicksight:DescribeDashboard",
            "arn:aws:quicksight:eu-west-1:111122223333:dashboard/d",
        ),
        (ROLE, "s3:GetObject", OBJECT),
    ),
    "serverless search": (
        kind("AWS::OpenSearchServerless::AccessPolicy", Policy="[]"),
        (ROLE, "aoss:APIAccessAll", "arn:aws:aoss:eu-west-1:111122223333:collection/c"),
        (ROLE, "s3:GetObject", OBJECT),
    ),
    "a new type": (
        kind("AWS::Kinesis::Sharing", Grants=[]),
        (ROLE, "kinesis:GetRecords", "arn:aws:kinesis:eu-west-1:111122223333:stream/s"),
        (ROLE, "s3:GetObject", OBJECT),
    ),
    "a new property": (
        kind("AWS::Kinesis::Stream", SharingPolicy={}),
        (ROLE, "kinesis:GetRecords", "arn:aws:kinesis:eu-west-1:111122223333:stream/s"),
        (ROLE, "s3:GetObject", OBJECT),
    ),
    "include": (
        {"Type": "AWS::Kinesis::Stream", "Properties": {"Fn::Transform": {"Name": "AWS::Include"}}},
        (ROLE, "kinesis:GetRecords", "arn:aws:kinesis:eu-west-1:111122223333:stream/s"),
        (ROLE, "s3:GetObject", OBJECT),
    ),
    "a call that attaches": (
        kind(
            "Custom::AWS",
            ServiceToken=FUNCTION,
            Create=json.dumps(
                {"service": "IAM", "action": "attachRolePolicy", "parameters": {"RoleName": "r"}}
            ),
        ),
        (ROLE, "s3:GetObject", OBJECT),
        (OTHER, "s3:GetObject", OBJECT),
    ),
    "a call by the SDK's third version": (
        kind(
            "Custom::Whatever",
            ServiceToken=FUNCTION,
            Update=json.dumps(
                {
                    "service": "@aws-sdk/client-sqs",
                    "action": "AddPermissionCommand",
                    "parameters": {},
                }
            ),
        ),
        (ROLE, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q"),
        (ROLE, "s3:GetObject", OBJECT),
    ),
    "a budget": (
        kind(
            "AWS::Budgets::BudgetsAction",
            Definition={"IamActionDefinition": {"PolicyArn": "arn:x", "Roles": ["r"]}},
        ),
        (ROLE, "s3:GetObject", OBJECT),
        (OTHER, "s3:GetObject", OBJECT),
    ),
}


@pytest.mark.parametrize("name", PARTLY)
def test_a_grant_in_another_form_is_unknown_for_what_it_could_change(
    tmp_path: Path, name: str
) -> None:
    resource, changed, kept = PARTLY[name]
    snapshot = snapshot_of_template(tmp_path, template(resource))
    assert asked(snapshot, *changed).startswith("Unknown: not known: not seen: S/X: ")
    assert asked(snapshot, *kept).startswith("ImplicitDeny")


@pytest.mark.parametrize("name", PARTLY)
def test_a_lock_holds_what_is_not_seen(tmp_path: Path, name: str) -> None:
    snapshot = snapshot_of_template(tmp_path, template(PARTLY[name][0]))
    assert from_lock(json.loads(json.dumps(to_lock(snapshot)))).unseen == snapshot.unseen


def test_a_lock_of_before_says_by_a_text_alone_what_was_not_seen() -> None:
    old = from_lock({"version": 1, "unread": ['what "M" adds to stack S']})
    assert [each.path for each in old.unseen] == ['what "M" adds to stack S']
    assert asked(old, ROLE, "s3:GetObject", OBJECT).startswith("Unknown")


@pytest.mark.parametrize("name", [*PARTLY, *ANYTHING])
def test_what_is_not_seen_and_new_is_a_change_that_cannot_be_told(
    tmp_path: Path, name: str
) -> None:
    after = ANYTHING[name] if name in ANYTHING else template(PARTLY[name][0])
    old = snapshot_of_template(tmp_path / "old", template())
    new = snapshot_of_template(tmp_path / "new", after)
    changes = [(each.change, each.principal) for each in diff(old, new)]
    assert ("Unknown", "S/X" if "X" in after["Resources"] else "S") in changes
    assert diff(new, new) == []


def test_what_is_not_seen_and_another_than_before_is_a_change(tmp_path: Path) -> None:
    def shared(account: str) -> Snapshot:
        share = kind("AWS::RAM::ResourceShare", ResourceArns=[CLUSTER], Principals=[account])
        return snapshot_of_template(tmp_path / account, template(share))

    [found] = diff(shared("444455556666"), shared("777788889999"))
    assert found.change == "Unknown"
    assert (
        found.text == "not seen: what the share lets other accounts do; it is another than before"
    )


class TestACustomResourceByItsFunction:
    """Its function is in the assembly, and may do no more than its role."""

    @staticmethod
    def snapshot(folder: Path, *actions: str, resource: str = "*") -> Snapshot:
        policies = [{"PolicyName": "P", "PolicyDocument": document(*actions, resource=resource)}]
        resources = {
            **template()["Resources"],
            "Run": role(RoleName="run", Policies=policies),
            "Function": kind("AWS::Lambda::Function", Role={"Fn::GetAtt": ["Run", "Arn"]}),
            "X": kind("Custom::X", ServiceToken={"Fn::GetAtt": ["Function", "Arn"]}),
        }
        return snapshot_of_template(folder, {"Resources": resources})

    def test_that_writes_no_access_changes_nothing(self, tmp_path: Path) -> None:
        snapshot = self.snapshot(tmp_path, "logs:PutRetentionPolicy", "s3:PutObject")
        assert snapshot.unseen == ()

    def test_that_may_attach_policies_to_one_role_leaves_that_one_unknown(
        self, tmp_path: Path
    ) -> None:
        snapshot = self.snapshot(tmp_path, "iam:PutRolePolicy", resource=ROLE)
        assert asked(snapshot, ROLE, "s3:GetObject", OBJECT).startswith("Unknown")
        assert asked(snapshot, OTHER, "s3:GetObject", OBJECT).startswith("ImplicitDeny")

    def test_that_may_write_bucket_policies_leaves_buckets_unknown(self, tmp_path: Path) -> None:
        snapshot = self.snapshot(tmp_path, "s3:Put*", resource="arn:aws:s3:::b")
        assert asked(snapshot, ROLE, "s3:ListBucket", "arn:aws:s3:::b").startswith("Unknown")
        assert asked(snapshot, ROLE, "s3:ListBucket", "arn:aws:s3:::c").startswith("ImplicitDeny")

    def test_that_may_do_everything_leaves_everything_unknown(self, tmp_path: Path) -> None:
        snapshot = self.snapshot(tmp_path, "*")
        assert asked(snapshot, ROLE, "s3:GetObject", OBJECT).startswith("Unknown")


def test_a_macro_in_a_role_leaves_its_policies_and_its_trust_unknown(tmp_path: Path) -> None:
    included = role(RoleName="x")
    included["Properties"]["Fn::Transform"] = {"Name": "AWS::Include"}
    snapshot = snapshot_of_template(tmp_path, template(included))
    x = "arn:aws:iam::111122223333:role/x"
    assert asked(snapshot, x, "s3:GetObject", OBJECT).startswith("Unknown")
    assert asked(snapshot, ROLE, "sts:AssumeRole", x).startswith("Unknown")
    assert asked(snapshot, ROLE, "s3:GetObject", OBJECT).startswith("ImplicitDeny")


PARAMETERS = {"Name": {"Type": "String"}}
ALLOWING = {"PolicyName": "P", "PolicyDocument": document("s3:GetObject", resource=OBJECT)}
PUT = ("s3:PutObject", OBJECT)
UNKNOWN_NAME = "<?parameter Name of S, which has no value>"


@pytest.mark.parametrize(
    ("start", "r", "other"),
    [
        ("", "Unknown", "Unknown"),
        ("oth", "ImplicitDeny", "Unknown"),
        ("team-", "ImplicitDeny", "ImplicitDeny"),
    ],
)
@pytest.mark.parametrize("attaching", ["Policy", "ManagedPolicy", "RolePolicy"])
def test_a_policy_of_a_name_that_is_not_known_is_perhaps_that_of_whoever_may_have_it(
    tmp_path: Path, attaching: str, start: str, r: str, other: str
) -> None:
    name = {"Fn::Sub": f"{start}${{Name}}"}
    whose = {"RoleName": name} if attaching == "RolePolicy" else {"Roles": [name]}
    attached = kind(f"AWS::IAM::{attaching}", **ALLOWING, **whose)
    snapshot = snapshot_of_template(tmp_path, template(attached, Parameters=PARAMETERS))

    assert asked(snapshot, ROLE, "s3:GetObject", OBJECT).startswith(r)
    assert asked(snapshot, OTHER, "s3:GetObject", OBJECT).startswith(other)
    assert asked(snapshot, OTHER, *PUT).startswith("ImplicitDeny")
    found = {each.name: each.sure for each in who_may("s3:GetObject", OBJECT, snapshot)}
    assert found.get("S/Other") is (None if other == "ImplicitDeny" else False)
    elsewhere = f"arn:aws:iam::111122223333:role/{start}{UNKNOWN_NAME}"
    assert found[elsewhere] is False


def test_a_member_of_a_group_whose_name_is_not_known_is_perhaps_every_user(tmp_path: Path) -> None:
    resources = {
        "Role": role(RoleName="r"),
        "Alice": kind("AWS::IAM::User", UserName="alice"),
        "Group": kind("AWS::IAM::Group", Policies=[ALLOWING]),
        "Add": kind(
            "AWS::IAM::UserToGroupAddition", GroupName={"Ref": "Group"}, Users=[{"Ref": "Name"}]
        ),
    }
    found = snapshot_of_template(tmp_path, {"Resources": resources, "Parameters": PARAMETERS})
    alice = "arn:aws:iam::111122223333:user/alice"

    assert asked(found, alice, "s3:GetObject", OBJECT) == (
        "Unknown: not known: statement 0 of S/Group P: parameter Name of S, which has no value"
    )
    assert asked(found, alice, *PUT).startswith("ImplicitDeny")
    assert asked(found, ROLE, "s3:GetObject", OBJECT).startswith("ImplicitDeny")


def test_the_policy_of_a_group_whose_name_is_not_known_is_perhaps_that_of_its_members(
    tmp_path: Path,
) -> None:
    resources = {
        "Alice": kind("AWS::IAM::User", UserName="alice", Groups=[{"Ref": "Group"}]),
        "Bob": kind("AWS::IAM::User", UserName="bob"),
        "Group": kind("AWS::IAM::Group"),
        "X": kind("AWS::IAM::GroupPolicy", GroupName={"Ref": "Name"}, **ALLOWING),
    }
    found = snapshot_of_template(tmp_path, {"Resources": resources, "Parameters": PARAMETERS})
    user = "arn:aws:iam::111122223333:user"

    assert asked(found, f"{user}/alice", "s3:GetObject", OBJECT).startswith("Unknown")
    assert asked(found, f"{user}/alice", *PUT).startswith("ImplicitDeny")
    assert asked(found, f"{user}/bob", "s3:GetObject", OBJECT).startswith("ImplicitDeny")


HOLDING_BACK = {
    "transfer": kind("AWS::Transfer::User", Role=ROLE, ServerId="s", UserName="u", Policy="{}"),
    "pod": kind("AWS::EKS::PodIdentityAssociation", RoleArn=ROLE, ClusterName="c", Policy="{}"),
    "roles anywhere": kind("AWS::RolesAnywhere::Profile", RoleArns=[ROLE], SessionPolicy="{}"),
    "endpoint": kind("AWS::EC2::VPCEndpoint", VpcId="v", PolicyDocument=document("s3:*")),
    "organization": kind("AWS::Organizations::Policy", Content=document("*"), TargetIds=["r"]),
}


@pytest.mark.parametrize("name", HOLDING_BACK)
def test_what_only_holds_back_is_named_and_its_change_is_unknown(tmp_path: Path, name: str) -> None:
    before = snapshot_of_template(tmp_path, template(HOLDING_BACK[name]))
    held = {"SessionPolicy", "Policy", "PolicyDocument", "Content"}
    properties = HOLDING_BACK[name]["Properties"]
    without = {key: value for key, value in properties.items() if key not in held}
    after = snapshot_of_template(tmp_path, template(kind(HOLDING_BACK[name]["Type"], **without)))

    assert ["holds back" in each.text for each in before.unseen] == [True]
    assert after.unseen == ()
    assert asked(before, ROLE, "s3:GetObject", OBJECT).startswith("ImplicitDeny")
    assert list(diff(before, before)) == []
    assert [each.change for each in diff(before, after)] == ["Unknown"]
    assert from_lock(to_lock(before)).unseen == before.unseen


@pytest.mark.parametrize("audience", ["sts.amazonaws.com", None])
def test_the_clients_of_a_provider_are_named_where_a_trust_policy_names_no_audience(
    tmp_path: Path, audience: str | None
) -> None:
    condition = {"StringEquals": {"idp.example.com:aud": audience}} if audience else {}
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": {"Ref": "X"}},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"idp.example.com:sub": "s"}, **condition},
    }
    trusting = kind("AWS::IAM::Role", AssumeRolePolicyDocument={"Statement": [trust]})
    if audience:
        trust["Condition"] = {
            "StringEquals": {"idp.example.com:sub": "s", "idp.example.com:aud": audience}
        }
    provider = kind("AWS::IAM::OIDCProvider", Url="https://idp.example.com", ClientIdList=["c"])

    found = snapshot_of_template(tmp_path, {"Resources": {"R": trusting, "X": provider}})

    named = "S/X: whose tokens it takes, for the trust policy of S/R names no audience"
    assert [each.text for each in found.unseen] == ([] if audience else [named])
