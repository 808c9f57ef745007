"""The pytest plugin: statements in a user's own tests, with the contract's failure texts."""

from pathlib import Path

import pytest
from support.assemblies import document, role, write_assembly
from support.organization_file import FULL, denying, organization_file
from support.vacuous_statements import VACUOUS

import whomay.testing.statements  # noqa: F401 - pytester takes back what a run imports first

pytest_plugins = ["pytester"]

ASSUMED = [
    "assumed: resources outside the assembly carry no policy that grants",
    "assumed: requests may take any network path: a VPC endpoint's policy counts where aws:SourceVpce names it",
    "assumed: no service control policy was given, so none is taken to deny",
    "assumed: no resource control policy was given, so none is taken to deny",
]
APP = """
import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3


@pytest.fixture(scope="session")
def assembly(tmp_path_factory):
    app = App(outdir=str(tmp_path_factory.mktemp("app") / "cdk.out"))
    stack = Stack(app, "S")
    bucket = s3.Bucket(stack, "Bucket")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    role.add_to_policy(
        iam.PolicyStatement(actions=["s3:GetObject"], resources=[bucket.arn_for_objects("*")])
    )
    return app
"""


def write_cdk_out(folder: Path) -> None:
    reading = document("s3:GetObject", resource={"Fn::Sub": "${Bucket.Arn}/*"})
    resources = {
        "Role": role(Policies=[{"PolicyName": "Read", "PolicyDocument": reading}]),
        "Bucket": {"Type": "AWS::S3::Bucket"},
    }
    write_assembly(folder / "cdk.out", {"S": {"Resources": resources}})


def run(pytester: pytest.Pytester, test: str) -> pytest.RunResult:
    pytester.makepyfile(test)
    return pytester.runpytest("-p", "no:cacheprovider")


def test_what_is_true_passes(pytester: pytest.Pytester) -> None:
    write_cdk_out(pytester.path)
    result = run(
        pytester,
        """
        def test_access(access):
            access.must_allow("S/Role", "s3:GetObject", "S/Bucket/a.csv")
            access.must_not_allow("S/R*", ["s3:Put*", "s3:Delete*"], "*")
            tls = {"aws:SecureTransport": True, "aws:SourceVpc": None}
            access.must_allow("S/Role", "s3:GetObject", "S/Bucket/a", given=tls)
            access.may_only("S/Role", [{"Action": "s3:GetObject", "Resource": "*"}])
            access.assumable_only_by("S/Role", {"Service": "ec2.amazonaws.com"})
            access.cannot_reach("S/Role", "iam:*")
        """,
    )

    result.assert_outcomes(passed=1)


def test_a_fixture_names_the_organization_file(pytester: pytest.Pytester) -> None:
    write_cdk_out(pytester.path)
    organization_file(pytester.path, scps=[FULL, denying("s3:*")])
    result = run(
        pytester,
        """
        import pytest

        @pytest.fixture(scope="session")
        def organization():
            return "organization.json"

        def test_access(access):
            access.must_not_allow("S/Role", "s3:GetObject", "*")
        """,
    )

    result.assert_outcomes(passed=1)


def test_what_is_broken_fails_in_the_words_of_the_contract(pytester: pytest.Pytester) -> None:
    write_cdk_out(pytester.path)
    result = run(
        pytester,
        """
        def test_access(access):
            access.must_not_allow("S/Role", "s3:Get*", "*")
        """,
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*.py:2: must_not_allow is broken",
            "S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/x",
            "because: allowed by identity: statement 0 of S/Role Read",
            "to fix it: narrow statement 0 of S/Role Read, or deny it",
            *ASSUMED,
        ],
        consecutive=True,
    )


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        (
            'must_allow("S/Role", "s3:PutObject", "S/Bucket/a")',
            "S/Role must be allowed s3:PutObject on arn:aws:s3:::<S.Bucket>/a, and is not",
        ),
        ('may_only("S/Role", [])', "S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/x"),
        (
            'assumable_only_by("S/Role", {"Service": "lambda.amazonaws.com"})',
            (
                "ec2.amazonaws.com can become S/Role by sts:AssumeRole on "
                "arn:aws:iam::111122223333:role/<S.Role>"
            ),
        ),
        (
            'cannot_reach("S/Role", "s3:GetObject")',
            "S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/x",
        ),
        (
            'must_not_allow("S/Rolle", "s3:GetObject", "*")',
            "no role or user is called 'S/Rolle'; nearest: S/Role",
        ),
        (
            'must_not_allow("S/Role", "s3:GetObject", "S/Bukket")',
            "no ARN or resource is called 'S/Bukket'; nearest: S/Bucket, S/Role",
        ),
        (
            'must_not_allow("S/Role", "s3:GetObjekt", "*")',
            "AWS has no action 's3:GetObjekt'; nearest: s3:GetObject, s3:GetObjectAcl, s3:PutObject",
        ),
    ],
)
def test_every_statement_can_fail(pytester: pytest.Pytester, statement: str, line: str) -> None:
    write_cdk_out(pytester.path)
    result = run(pytester, f"def test_access(access):\n    access.{statement}\n")

    result.assert_outcomes(failed=1)
    assert line in result.stdout.str().splitlines()
    assert "Traceback" not in result.stdout.str()
    assert "Error" not in result.stdout.str()


def test_a_statement_that_says_nothing_fails_at_its_line(pytester: pytest.Pytester) -> None:
    write_cdk_out(pytester.path)
    calls = [
        f"access.{each.method}(*{[each.principal, *each.arguments]!r}, **{each.options!r})"
        for each in VACUOUS.values()
    ]
    test = "".join(f"def test_{n}(access): {call}\n" for n, call in enumerate(calls))
    file = pytester.makepyfile(test).name
    result = pytester.runpytest("-p", "no:cacheprovider")

    result.assert_outcomes(failed=len(VACUOUS))
    lines = result.stdout.str().splitlines()
    for number, each in enumerate(VACUOUS.values(), start=1):
        told = lines.index(f"{file}:{number}: {each.method} is wrong")
        assert lines[told + 1] == each.message


def test_an_app_is_synthesized_and_its_constructs_are_understood(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeconftest(APP)
    result = run(
        pytester,
        """
        from aws_cdk import aws_iam as iam

        def test_access(assembly, access):
            stack = assembly.node.find_child("S")
            role, bucket = (stack.node.find_child(name) for name in ("Role", "Bucket"))
            objects = bucket.arn_for_objects("*")
            access.must_allow(role, "s3:GetObject", objects)
            access.may_only(role, [iam.PolicyStatement(actions=["s3:Get*"], resources=[objects])])
            access.assumable_only_by(role, iam.ServicePrincipal("ec2.amazonaws.com"))

        def test_broken(assembly, access):
            role = assembly.node.find_child("S").node.find_child("Role")
            access.must_not_allow(role, "s3:GetObject", "*")
        """,
    )

    result.assert_outcomes(passed=1, failed=1)
    assert "S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/x" in result.stdout.str()


def test_a_reference_is_refused_where_the_assembly_is_a_folder(pytester: pytest.Pytester) -> None:
    write_cdk_out(pytester.path)
    result = run(
        pytester,
        """
        from aws_cdk import Stack
        from aws_cdk import aws_ec2 as ec2

        def test_access(access):
            vpc = ec2.CfnVPC(Stack(), "Vpc")
            given = {"aws:SourceVpc": vpc.ref}
            access.must_not_allow("S/Role", "s3:GetObject", "*", given=given)
        """,
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*.py:7: must_not_allow is wrong",
            "statement: got 'a token'; allowed is text, since the assembly is a folder; name it as *",
        ],
        consecutive=True,
    )


def test_a_missing_assembly_is_said(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_access(access):\n    pass\n")

    result.assert_outcomes(errors=1)
    assert "cdk.out holds no cloud assembly (no manifest.json)" in result.stdout.str()
