"""A name that CloudFormation made takes the place of the symbol that a lock has for it."""

from dataclasses import replace

import pytest

from whomay.engine.changes.deployed_names import deployed, logical_id
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.engine.templates.deployed_stack import DeployedStack
from whomay.iam.patterns.symbols import ACCOUNT, REGION, generated

A = "111122223333"


def role(path: str) -> Principal:
    name = generated(path.replace("/", "."))
    return Principal(f"arn:aws:iam::{ACCOUNT}:role/{name}", PrincipalKind.ROLE, ACCOUNT, path)


SHARED = Resource(
    arn=f"arn:aws:s3:::{generated('App.Shared')}",
    path="App/Shared",
    account=ACCOUNT,
    type="AWS::S3::Bucket",
    region=REGION,
)
TWO = Snapshot((role("App/Project/Role"),), (SHARED,))


def stack(name: str, **resources: str) -> DeployedStack:
    return DeployedStack(name, "eu-west-1", {key: ("", each) for key, each in resources.items()})


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("Project", "Role", "Resource"), "ProjectRole4CCB274E"),  # as the CDK CLI synthesizes them
        (("Shared", "Resource"), "SharedDACC02AA"),
        (("Project", "User", "AccessKeySecret", "Resource"), "ProjectUserAccessKeySecret850E1C2D"),
        (("Default", "CDKMetadata"), "CDKMetadata"),
        (("my-role",), "myrole"),
    ],
)
def test_the_logical_id_of_a_construct_is_that_of_cdk(path: tuple[str, ...], expected: str) -> None:
    assert logical_id(path) == expected


def test_a_role_has_the_name_that_its_stack_tells() -> None:
    there = [stack("App", ProjectRole4CCB274E="App-ProjectRole4CCB274E-X1")]
    found = deployed(Snapshot((role("App/Project/Role"),)), A, there)
    assert [one.arn for one in found.snapshot.principals] == [
        f"arn:aws:iam::{A}:role/App-ProjectRole4CCB274E-X1"
    ]
    assert found.stacks == {"App"}


def test_of_two_stacks_alike_the_one_that_is_called_so_tells_the_name() -> None:
    there = [stack(f"{stage}-App", ProjectRole4CCB274E=stage) for stage in ("Dev", "Prod")]
    found = deployed(Snapshot((role("Prod/App/Project/Role"),)), A, there)
    assert [one.arn for one in found.snapshot.principals] == [f"arn:aws:iam::{A}:role/Prod"]


def test_a_stack_of_another_name_is_the_apps_where_it_has_all_of_it() -> None:
    there = [stack("Renamed", ProjectRole4CCB274E="role-1", SharedDACC02AA="bucket-1")]
    arns = [one.arn for one in deployed(TWO, A, there).snapshot.resources]
    assert arns == ["arn:aws:s3:::bucket-1"]


def test_a_stack_of_another_name_that_has_some_of_the_app_is_a_strangers() -> None:
    there = [stack("Spoke", SharedDACC02AA="bucket-of-another-app")]
    found = deployed(TWO, A, there)
    assert [one.arn for one in found.snapshot.resources] == [SHARED.arn]
    assert found.stacks == set()


def test_a_name_that_two_stacks_may_tell_stays_unknown() -> None:
    there = [stack(name, ProjectRole4CCB274E=name) for name in ("One", "Two")]
    [found] = deployed(Snapshot((role("App/Project/Role"),)), A, there).snapshot.principals
    assert found.arn == f"arn:aws:iam::{A}:role/{generated('App.Project.Role')}"


@pytest.mark.parametrize(
    ("arn", "physical", "expected"),
    [
        (
            f"arn:aws:sqs:{REGION}:{ACCOUNT}:{generated('App.Jobs')}",
            f"https://sqs.eu-west-1.amazonaws.com/{A}/App-Jobs-X",
            f"arn:aws:sqs:eu-west-1:{A}:App-Jobs-X",
        ),
        (
            f"arn:aws:sns:{REGION}:{ACCOUNT}:{generated('App.Jobs')}",
            f"arn:aws:sns:eu-west-1:{A}:App-Jobs-X",
            f"arn:aws:sns:eu-west-1:{A}:App-Jobs-X",
        ),
        (
            f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-{generated('App.Jobs.SecretId')}",
            f"arn:aws:secretsmanager:eu-west-1:{A}:secret:db-AbCdEf",
            f"arn:aws:secretsmanager:eu-west-1:{A}:secret:db-AbCdEf",
        ),
    ],
)
def test_a_physical_id_may_be_an_address_or_an_arn(arn: str, physical: str, expected: str) -> None:
    there = [stack("App", **{logical_id(("Jobs", "Resource")): physical})]
    app = Snapshot(resources=(Resource(arn, "", ACCOUNT, REGION, "App/Jobs"),))
    [found] = deployed(app, A, there).snapshot.resources
    assert (found.arn, found.region) == (expected, "eu-west-1")


def test_the_region_of_a_stack_without_one_is_its_own_beside_stacks_of_other_regions() -> None:
    jobs = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{generated('App.Jobs')}"
    app = Snapshot((role("There/Role"),), (Resource(jobs, "", ACCOUNT, REGION, "App/Jobs"),))
    there = [
        stack("App", **{logical_id(("Jobs", "Resource")): "https://sqs/1/App-Jobs-X"}),
        replace(stack("There", Role="There-Role-X"), region="us-east-2"),
    ]
    found = deployed(app, A, there)
    assert [one.arn for one in found.snapshot.resources] == [
        f"arn:aws:sqs:eu-west-1:{A}:App-Jobs-X"
    ]
    assert found.stacks == {"App", "There"}
