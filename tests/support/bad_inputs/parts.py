"""Bad inputs to the parts of many accounts, of the audit and of delivery, and to the contract."""

from typing import Any

from aws_cdk import Duration, Environment, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from support.bad_inputs.expected import OTHER, Expected, Make, Refused, bucket, built, call
from whomay.cdk import (
    AccessContract,
    AuditTrail,
    BootstrapRolesAccess,
    BucketAccess,
    GithubDeployRole,
    GithubDiffRole,
    Hub,
    InstanceRole,
    OrganizationRollout,
    PeopleGroup,
    Person,
    PrivateInstance,
    SecurityAlerts,
    SelfServiceAccess,
    SessionManagerAccess,
    SpokeRole,
    SpokeRoles,
    StackTemplateAccess,
    Trust,
    demand_boundary,
    synth,
)

HUB = "444455556666"
UNIT = "ou-ab12-11111111"
LISTED: dict[str, list[Expected]] = {}


def roles(**options: Any) -> Make:
    return lambda _: SpokeRoles(HUB, **{"names": ("Reader",), **options})


def person(name: Any = "anna", **options: Any) -> Make:
    def make(stack: Stack) -> object:
        home = Stack(stack, "Home", env=Environment(account=HUB, region="eu-west-1"))
        hub = Hub(home, "Hub", roles=SpokeRoles(HUB, names=("Reader",)), spokes=[OTHER])
        return hub.add_person(name, **{"roles": ["Reader"], **options})

    return make


def alone(**options: Any) -> Make:
    """A person outside of a hub."""

    def make(stack: Stack) -> object:
        given = {"people": PeopleGroup(stack, "People", path="/people/"), **options}
        return Person(stack, "Anna", **given)

    return make


def rollout(**options: Any) -> Make:
    given = {"organizational_units": [UNIT], "regions": ["eu-west-1"], **options}
    return built(OrganizationRollout, **given)


def alerts(notify: Any) -> Make:
    def make(stack: Stack) -> object:
        home = Stack(stack, "Home", env=Environment(region="us-east-1"))
        return SecurityAlerts(home, "Alerts", notify=notify)

    return make


def deploy(**options: Any) -> Make:
    job = Trust.github("acme", "app", environment="production")
    here = [Environment(account=OTHER, region="eu-west-1")]
    return built(GithubDeployRole, **{"trusted": [job], "environments": here, **options})


def diff(stacks: Any) -> Make:
    job = Trust.github("acme", "app", environment="production")
    return built(GithubDiffRole, trusted=[job], stacks=stacks)


def instance(config: str) -> Make:
    return lambda stack: PrivateInstance(
        stack,
        "Instance",
        role=InstanceRole(stack, "Role", access=[SessionManagerAccess()]),
        cli_config=config,
    )


def given(value: Any) -> Make:
    return lambda stack: AccessContract.of(stack).must_not_allow(
        "Stack/Role", "s3:PutObject", "*", given=value
    )


def may_only(**options: Any) -> Make:
    return lambda stack: AccessContract.of(stack).may_only(
        "Stack/Role", [iam.PolicyStatement(**options)]
    )


def twice(stack: Stack) -> object:
    return AuditTrail(stack, "Trail", buckets=[bucket(stack), bucket(stack)])


FURTHER: dict[str, Expected] = {
    "roles as one text": Refused(
        person(roles="Reader"), "roles: got str 'Reader'; …; write roles=[…]"
    ),
    "no roles at all": Refused(person(roles=None), "roles: got NoneType None; …a list of …"),
    "a role twice": Refused(person(roles=["Reader"] * 2), "roles: got 'Reader'; …once; leave …"),
    "a role that is not text": Refused(person(roles=[["Reader"]]), "roles: got list …as text; …"),
    "a role that spokes lack": Refused(
        person(roles=["Owner"]), "roles: got 'Owner'; …Reader; give …"
    ),
    "a person without a name": Refused(person(None), "name: got NoneType None; …"),
    "login as text": Refused(
        person(console_login="no"), "console_login: got str 'no'; …True or False…"
    ),
    "login of a person as text": Refused(
        alone(console_login="no"), "console_login: got str 'no'; …"
    ),
    "people that enforce nothing": Refused(
        lambda stack: Person(stack, "Anna", people=iam.Group(stack, "People")),  # type: ignore[arg-type]  # that is the mistake
        "people: got Group …; allowed is a PeopleGroup; it enforces MFA…",
    ),
    "groups by name": Refused(alone(groups=["Admins"]), "groups: got str 'Admins'; …"),
    "groups as one name": Refused(alone(groups="Admins"), "groups: got str 'Admins'; …groups=[…]"),
    "a person at another path": Refused(
        alone(path="/x/"), "path: got '/x/'; …/people/; elsewhere …"
    ),
    "a path with a wildcard": Refused(
        built(PeopleGroup, path="/*/"), "path: got '/*/'; …without * ? and $; …"
    ),
    "self-service without slashes": Refused(
        call(SelfServiceAccess, "people"), "path: got 'people'; …"
    ),
    "self-service without a path": Refused(
        call(SelfServiceAccess, None), "path: got NoneType None; …"
    ),
    "people everywhere": Refused(roles(people_path="/*/"), "people_path: got '/*/'; …"),
    "no path": Refused(roles(path=None), "path: got NoneType None; …leave it out…"),
    "two names that differ in case": Refused(
        roles(names=("A", "a")), "names: got 'A'; …whatever their case…"
    ),
    "a name that is none": Refused(roles(names=(None,)), "names: got NoneType None; …"),
    "roles of a hub by name": Refused(
        built(Hub, roles="Reader", spokes=[OTHER]), "roles: got str …"
    ),
    "roles of a spoke by name": Refused(
        built(SpokeRole, roles="Reader", role_name="Reader", access=[]),
        "roles: got str …SpokeRoles; …",
    ),
    "a unit twice": Refused(
        rollout(organizational_units=[UNIT] * 2), "organizational_units: got …"
    ),
    "a unit that is none": Refused(
        rollout(organizational_units=[None]), "organizational_units: got …"
    ),
    "a Region misspelled": Refused(
        rollout(regions=["eu-wset-1"]), "regions: got …did you mean eu-west-1?"
    ),
    "a Region twice": Refused(rollout(regions=["eu-west-1"] * 2), "regions: got …once; …"),
    "auto-deployment as text": Refused(
        rollout(auto_deployment="false"), "auto_deployment: got str …"
    ),
    "stacks retained by text": Refused(
        rollout(retain_stacks="no"), "retain_stacks: got str 'no'; …"
    ),
    "an administrator as text": Refused(
        rollout(delegated_administrator="yes"), "delegated_administrator: got str 'yes'; …"
    ),
    "a rollout's long description": Refused(rollout(description="x" * 1025), "description: got …"),
    "buckets as one name": Refused(
        built(AuditTrail, buckets="b"), "buckets: got str 'b'; …buckets=[…]"
    ),
    "no list of buckets": Refused(built(AuditTrail, buckets=None), "buckets: got NoneType None; …"),
    "buckets by name": Refused(
        built(AuditTrail, buckets=["b"]), "buckets: got str 'b'; …from_bucket_name…"
    ),
    "a bucket twice": Refused(twice, "buckets: got …each bucket once; …"),
    "a log bucket by name": Refused(
        built(AuditTrail, log_bucket="b"), "log_bucket: got str 'b'; …"
    ),
    "a removal policy as text": Refused(
        built(AuditTrail, removal_policy="destroy"), "removal_policy: got str 'destroy'; …"
    ),
    "kept for part of a day": Refused(
        built(AuditTrail, keep=Duration.hours(2401)), "keep: got '100.042 days'; …whole days; …"
    ),
    "kept for a token": Refused(
        lambda stack: AuditTrail(
            stack, "Trail", keep=Duration.days(Token.as_number({"Ref": "Days"}))
        ),
        "keep: got 'a token'; …write the number…",
    ),
    "nobody to notify": Refused(alerts(None), "notify: got NoneType None; …"),
    "somebody notified twice": Refused(alerts(["a@b.org"] * 2), "notify: got 'a@b.org'; …once; …"),
    "no boundary": Refused(lambda stack: demand_boundary(stack, None), "boundary: got NoneType …"),  # type: ignore[arg-type]  # that is the mistake
    "one environment": Refused(
        deploy(environments=Environment(account=OTHER, region="eu-west-1")), "environments: got …"
    ),
    "an environment's Region misspelled": Refused(
        deploy(environments=[Environment(account=OTHER, region="eu-wset-1")]),
        "environments: got 'eu-wset-1'; …did you mean eu-west-1?",
    ),
    "an environment's Region as wildcard": Refused(
        deploy(environments=[Environment(account=OTHER, region="*")]), "environments: got '*'; …"
    ),
    "no qualifier": Refused(deploy(qualifier=None), "qualifier: got NoneType None; …leave it out…"),
    "images as text": Refused(deploy(images="false"), "images: got str 'false'; …"),
    "a provider as text": Refused(deploy(provider_exists="no"), "provider_exists: got str 'no'; …"),
    "a service that deploys": Refused(
        deploy(trusted=[Trust.service("lambda.amazonaws.com")]),
        "trusted: got 'sts:AssumeRole'; …sts:AssumeRoleWithWebIdentity; use Trust.github…",
    ),
    "stacks as one name": Refused(diff("Hub"), "stacks: got str 'Hub'; …stacks=[…]"),
    "no stacks": Refused(diff(None), "stacks: got NoneType None; …"),
    "a stack that is none": Refused(
        call(StackTemplateAccess, None), "stacks: got NoneType None; …"
    ),
    "access to images as text": Refused(
        call(BootstrapRolesAccess, Environment(account=OTHER, region="eu-west-1"), images="no"),
        "images: got str 'no'; …",
    ),
    "lists as text": Refused(
        lambda stack: BucketAccess(bucket(stack), "", (), lists="yes"),  # type: ignore[arg-type]  # that is the mistake
        "lists: got str 'yes'; …",
    ),
    "a configuration over EC2's limit": Refused(
        instance("x" * 16_000), "cli_config: got '16000 bytes'; …"
    ),
    "a configuration with NUL": Refused(instance("a\0b"), "cli_config: got …control characters; …"),
    "a day as text": Refused(
        lambda stack: synth(stack.node.root, today="2026-01-01"),  # type: ignore[arg-type]  # that is the mistake
        "today: got str '2026-01-01'; …",
    ),
    "a contract of a name": Refused(call(AccessContract.of, "Stack"), "scope: got str 'Stack'; …"),
    "given as a list": Refused(given(["x"]), "given: got list …such as given=…"),
    "given an empty list": Refused(given([]), "given: got list []; …such as given=…"),
    "given without a service": Refused(given({"ExternalId": "x"}), "given: got 'ExternalId'; …"),
    "given a number as key": Refused(given({5: "x"}), "given: got 5; …"),
    "given no value": Refused(
        given({"aws:SourceIp": []}), "given: got …write None for an absent key"
    ),
    "given one key in two spellings": Refused(
        given({"aws:sourceip": "10.0.0.1", "aws:SourceIp": "10.0.0.2"}),
        "given: got 'aws:SourceIp'; …",
    ),
    "a stated statement without actions": Refused(
        may_only(resources=["*"]), "statements: got …Action…"
    ),
    "a stated statement without resources": Refused(
        may_only(actions=["s3:GetObject"]), "statements: got …Resource…"
    ),
    "a stated statement with a principal": Refused(
        may_only(
            actions=["s3:GetObject"], resources=["*"], principals=[iam.AccountPrincipal(OTHER)]
        ),
        "statements: got 'Principal'; …",
    ),
    "a stated operator that does not exist": Refused(
        may_only(
            actions=["s3:GetObject"],
            resources=["*"],
            conditions={"StringEqual": {"aws:username": "anna"}},
        ),
        "conditions: got 'StringEqual'; …did you mean StringEquals?",
    ),
    "a bucket's contract": Refused(
        lambda stack: AccessContract.of(stack).must_allow(
            s3.Bucket(stack, "B"),  # type: ignore[arg-type]  # that is the mistake
            "s3:GetObject",
            "*",
        ),
        "principal: got Bucket …pass the construct of the role or user",
    ),
    "trusted by text": Refused(
        lambda stack: AccessContract.of(stack).assumable_only_by("Stack/Role", "anna"),  # type: ignore[arg-type]  # that is the mistake
        "trusted: got str 'anna'; …",
    ),
}
