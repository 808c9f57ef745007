"""Bad principals: who is trusted to assume a role."""

from typing import Any

from aws_cdk import Aws, Duration, Environment, Fn
from aws_cdk import aws_iam as iam

from support.bad_inputs.expected import (
    OTHER,
    OTHERS_ROLE,
    Expected,
    Make,
    NoParameter,
    Refused,
    Stopped,
    Unchecked,
    another,
    bucket,
    call,
    role,
    their_role,
    their_user,
)
from whomay.cdk import BucketAccess, Trust, UserAssumeRoleProject

LAMBDA = iam.ServicePrincipal("lambda.amazonaws.com")
ANNA = f"arn:aws:iam::{OTHER}:user/anna"
USER = iam.ArnPrincipal(ANNA)
ACCOUNT = iam.AccountPrincipal(OTHER)
GITHUB = "token.actions.githubusercontent.com"
WEB = "sts:AssumeRoleWithWebIdentity"
NARROW = "trusted: got 'the whole account 111122223333'; allowed is principals that are narrowed; use Trust.account…"
NAMED = "trusted: got '*'; allowed is named principals; name the account, user, role or service"
PRINCIPAL = "allowed is the ARN of one user or role…; …"


def provider(host: str, held: dict[str, Any], action: str = WEB) -> iam.FederatedPrincipal:
    return iam.FederatedPrincipal(f"arn:aws:iam::{OTHER}:oidc-provider/{host}", held, action)


def github(subject: Any, action: str = WEB) -> iam.FederatedPrincipal:
    held = {
        "StringLike": {f"{GITHUB}:sub": subject},
        "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
    }
    return provider(GITHUB, held, action)


def with_conditions(principal: iam.PrincipalBase, **held: Any) -> Make:
    return role(principal.with_conditions(held))


def account(**options: Any) -> Make:
    return call(Trust.account, OTHER, **options)


def project(**options: Any) -> Make:
    return lambda stack: UserAssumeRoleProject(
        stack, "Project", **{"access": [BucketAccess.read(bucket(stack))], **options}
    )


BOTH = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}

# One case a line: the input, and what is said of it.
# fmt: off
LISTED: dict[str, list[Expected]] = {
    "P01": [Refused(role(trusted=[]), "trusted: got []; allowed is at least one of a principal…; an empty list would grant or guard nothing")],
    "P03": [Refused(role(iam.AccountPrincipal(Aws.ACCOUNT_ID)), "trusted: got 'the whole account <AWS.AccountId>'; allowed is principals that are narrowed; …"), Refused(role(iam.AccountRootPrincipal()), "trusted: got 'the whole account <AWS.AccountId>'; allowed is principals that are narrowed; …")],
    "P05": [Refused(role(iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:role/*")), f"trusted: got 'arn:aws:iam::{OTHER}:role/*'; allowed is the ARN of one user or role, without wildcards; …")],
    "P06": [Stopped(role(iam.ArnPrincipal(f"arn:aws:sts::{OTHER}:assumed-role/Deploy/run-1")), ("Stack/Role: Annotation::whomay:session-as-principal: … is one session of a role: trust the role, …",))],
    "P08": [Refused(call(Trust.service, "ec22.amazonaws.com"), "name: got 'ec22.amazonaws.com'; allowed is the principal of an AWS service; did you mean ec2.amazonaws.com?")],
    "P10": [Refused(call(Trust.service, "ec2.amazonaws.com.cn"), "name: got 'ec2.amazonaws.com.cn'; allowed is the name in the partition aws; write ec2.amazonaws.com: …")],
    "P11": [Stopped(role(Trust.service("logs.us-east-1.amazonaws.com")), ("Stack/Role: Annotation::whomay:region-of-service: logs.us-east-1.amazonaws.com is the service in us-east-1, and this stack is in eu-west-1",), Environment(account=OTHER, region="eu-west-1"))],
    "P13": [Refused(role(iam.CompositePrincipal(LAMBDA, USER).with_conditions(BOTH)), "trusted: conditions of lambda.amazonaws.com: got 'aws:MultiFactorAuthPresent'; allowed is keys that a service sends…; …give each principal its own conditions")],
    "X01": [Refused(account(), f"account: got '{OTHER}'; allowed is external_id, organization_id or principal_arns, …; …"), Refused(role(ACCOUNT), NARROW)],
    "X02": [Refused(account(external_id=""), "external_id: got ''; allowed is 2 to 1224 characters; this has 0, make it longer"), Refused(role(iam.CompositePrincipal(ACCOUNT)), NARROW), NoParameter(account(external_ids=[]), "external_ids")],
    "X04": [
        Refused(call(Trust.service, "lambda.amazonaws.com", conditions={"StringEquals": {"sts:ExternalId": "course"}}), "conditions: got 'sts:ExternalId'; allowed is keys that a service sends…; lambda.amazonaws.com never sends it: …"),
        Refused(with_conditions(LAMBDA, StringEquals={"sts:ExternalId": "course"}), "trusted: conditions of lambda…: got 'sts:ExternalId'; allowed is keys that a service sends…; …"),
    ],
    "O02": [
        Refused(role(github("*")), f"trusted: conditions['StringLike']['{GITHUB}:sub']: got '*'; allowed is a value that not every request meets; …"),
        *(Refused(role(github(subject)), f"trusted: conditions: sub: got '{subject}'; allowed is a subject that names owner and repository, …; write it out in every value: …") for subject in ("repo:*", "repo:acme/*")),
    ],
    "O03": [
        Refused(role(github(["repo:acme/x:ref:refs/heads/main", "*"])), "trusted: conditions…: got '*'; allowed is a value that not every request meets; …"),
        Refused(role(github(["repo:acme/x:ref:refs/heads/main", "repo:acme/*"])), "trusted: conditions: sub: got 'repo:acme/*'; allowed is a subject that names …; …"),
    ],
    "O05": [Refused(call(Trust.github, "acme", "x", branch="main", environment="live"), "branch: got \"branch='main', environment='live'\"; allowed is one of branch, tag and environment; a job that uses an environment sends its name in place of branch and tag: …")],
    "O07": [Stopped(role(github("repo:Acme/X:ref:refs/heads/main")), ("Stack/Role: Annotation::whomay:case-of-repository: …: the comparison is exact, so write Acme/X as GitHub does",))],
    "O08": [Refused(role(github("repo:acme/x:ref:refs/heads/main", "sts:AssumeRole")), "trusted: got 'sts:AssumeRole for …'; allowed is sts:AssumeRoleWithWebIdentity; use the principal's own class")],
}


ABSENT = "allowed is an operator that fails without its key; …"

FURTHER: dict[str, Expected] = {
    # who: every principal of CDK
    "everybody": Refused(role(iam.StarPrincipal()), NAMED),
    "anybody": Refused(role(iam.AnyPrincipal()), NAMED),
    "a star as an ARN": Refused(role(iam.ArnPrincipal("*")), NAMED),
    "no ARN": Refused(role(iam.ArnPrincipal("")), "trusted: got ''; allowed is named principals; an empty name names nobody"),
    "no account": Refused(role(iam.AccountPrincipal("")), "trusted: got ''; allowed is twelve digits…; …"),
    "every account": Refused(role(iam.AccountPrincipal("*")), "trusted: got '*'; allowed is twelve digits…; …"),
    "an account of eleven digits": Refused(role(iam.AccountPrincipal("11112222333")), "trusted: got '11112222333'; allowed is twelve digits…; …"),
    "no service": Refused(role(iam.ServicePrincipal("")), "trusted: got ''; allowed is the principal of an AWS service; …"),
    "a service that is none": Refused(role(iam.ServicePrincipal("lamda.amazonaws.com")), "trusted: got 'lamda…'; allowed is the principal of an AWS service; did you mean lambda.amazonaws.com?"),
    "a service in capitals": Refused(call(Trust.service, "EC2.amazonaws.com"), "name: got 'EC2.amazonaws.com'; allowed is the principal of an AWS service; …"),
    "a service of another cloud": Refused(call(Trust.service, "compute.googleapis.com"), "name: got 'compute.googleapis.com'; allowed is the principal of an AWS service; …"),
    "a service without its suffix": Refused(call(Trust.service, "lambda"), "name: got 'lambda'; allowed is the principal of an AWS service; did you mean lambda.amazonaws.com?"),
    "a service as a list": Refused(call(Trust.service, ["lambda.amazonaws.com"]), "name: got list […]; allowed is a service principal such as …; write its name in quotes"),
    "a service as None": Refused(call(Trust.service, None), "name: got NoneType None; allowed is a service principal…; …"),
    "an owner of S3 objects": Refused(role(iam.CanonicalUserPrincipal("abc")), "trusted: got 'CanonicalUser abc'; allowed is principals that can assume a role; …"),
    "text that is not an ARN": Refused(role(iam.ArnPrincipal("anna")), f"trusted: got 'anna'; {PRINCIPAL}"),
    "a user's id": Refused(role(iam.ArnPrincipal("AIDAIOSFODNN7EXAMPLE")), f"trusted: got 'AIDA…'; {PRINCIPAL}"),
    "a bucket": Refused(role(iam.ArnPrincipal("arn:aws:s3:::reports-2026")), f"trusted: got 'arn:aws:s3…'; {PRINCIPAL}"),
    "a group": Refused(role(iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:group/people")), f"trusted: got '…group/people'; {PRINCIPAL}"),
    "an instance profile": Refused(role(iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:instance-profile/p")), f"trusted: got '…'; {PRINCIPAL}"),
    "a user in a Region": Refused(role(iam.ArnPrincipal(f"arn:aws:iam:eu-west-1:{OTHER}:user/anna")), f"trusted: got '…'; {PRINCIPAL}"),
    "a user of no account": Refused(role(iam.ArnPrincipal("arn:aws:iam:::user/anna")), f"trusted: got '…'; {PRINCIPAL}"),
    "a user of None": Refused(role(iam.ArnPrincipal(f"arn:aws:iam::{None}:user/anna")), "trusted: got '…None…'; allowed is …with an account or none; 'None' is not an account id of twelve digits"),
    "a user without a name": Refused(role(iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:user/")), f"trusted: got '…'; {PRINCIPAL}"),
    "a user in no partition": Refused(role(iam.ArnPrincipal(f"arn:amazon:iam::{OTHER}:user/anna")), "trusted: got '…'; allowed is the ARN of one user or role in a partition of AWS; …"),
    "a user of another partition": Refused(lambda stack: role(iam.ArnPrincipal(f"arn:aws-cn:iam::{OTHER}:user/anna"))(another(stack, "Env", OTHER)), "trusted: got 'arn:aws-cn…'; allowed is an ARN in the stack's partition aws; …"),
    "some users": Refused(role(iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:user/people/?")), "trusted: got '…'; allowed is …without wildcards; …"),
    "an ARN in capitals": Refused(role(iam.ArnPrincipal(f"ARN:AWS:IAM::{OTHER}:user/anna")), f"trusted: got '…'; {PRINCIPAL}"),
    "an ARN as text": Refused(role(ANNA), f"trusted: got str '{ANNA}'; allowed is principals; use Trust.service, …"),
    "None among principals": Refused(role(trusted=[Trust.role(OTHERS_ROLE), None]), "trusted: got NoneType None; allowed is principals; …"),
    "one principal for a list": Refused(role(trusted=USER), "trusted: got ArnPrincipal …; allowed is a list of a principal…; write trusted=[…]"),
    "a dict of principals": Refused(role(trusted={"anna": USER}), "trusted: got dict …; allowed is a list of a principal…; write trusted=[…]"),
    "a set of principals": Refused(role(trusted={USER}), "trusted: got set …; allowed is a list of a principal…; write trusted=[…]"),
    "an empty generator of principals": Refused(role(trusted=iter(())), "trusted: got []; allowed is at least one of a principal…; …"),
    "no list of principals": Refused(role(trusted=None), "trusted: got NoneType None; allowed is a list of a principal…; …"),
    "a class in place of a principal": Refused(role(trusted=[iam.AnyPrincipal]), "trusted: got …; allowed is principals; …"),
    # who: an account, narrowed by nothing
    "an account with a negated external id": Refused(with_conditions(ACCOUNT, StringNotEquals={"sts:ExternalId": "course"}), f"trusted: conditions: got 'StringNotEquals'; {ABSENT}"),
    "an account with an external id of one letter": Refused(with_conditions(ACCOUNT, StringEquals={"sts:ExternalId": "x"}), "…got 'x'; allowed is an external id, 2 to 1224 of A-Z a-z 0-9 and _+=,.@:/-; …"),
    "an account with an account's id as external id": Refused(with_conditions(ACCOUNT, StringEquals={"sts:ExternalId": "1111-2222-3333"}), "trusted: conditions['StringEquals']['sts:ExternalId']: got '1111-2222-3333'; allowed is an id that others do not know, …; let the third party …"),
    "an account with an absent external id": Refused(with_conditions(ACCOUNT, Null={"sts:ExternalId": "true"}), NARROW),
    "an account with any external id": Refused(with_conditions(ACCOUNT, StringLike={"sts:ExternalId": "*"}), "trusted: conditions['StringLike']['sts:ExternalId']: got '*'; allowed is a value that not every request meets; …"),
    "an account with almost any external id": Refused(with_conditions(ACCOUNT, StringLike={"sts:ExternalId": "c*"}), "trusted: conditions…: got 'c*'; allowed is an external id…; name each one in full: a pattern admits strangers"),
    "an account with any of its roles": Refused(with_conditions(ACCOUNT, ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/*"}), NARROW),
    "an account with any of its principals": Refused(with_conditions(ACCOUNT, ArnLike={"aws:PrincipalArn": [OTHERS_ROLE, f"arn:aws:iam::{OTHER}:*"]}), NARROW),
    "an account with MFA alone": Refused(with_conditions(ACCOUNT, **BOTH), NARROW),
    "an account in some organization": Refused(with_conditions(ACCOUNT, StringLike={"aws:PrincipalOrgID": "o-*"}), "trusted: conditions…: got 'o-*'; allowed is an organization id…; …"),
    "everybody in any organization": Refused(with_conditions(iam.StarPrincipal(), StringLike={"aws:PrincipalOrgID": "o-*"}), "trusted: conditions…: got 'o-*'; allowed is an organization id…; …"),
    "everybody outside an organization": Refused(with_conditions(iam.StarPrincipal(), StringNotEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}), f"trusted: conditions: got 'StringNotEquals'; {ABSENT}"),
    "everybody with an external id": Refused(with_conditions(iam.StarPrincipal(), StringEquals={"sts:ExternalId": "course"}), NAMED),
    "an account narrowed and delegated": Refused(account(external_id="course", delegate=True), f"account: got '{OTHER}'; allowed is …or else delegate=True; …"),
    "a delegation that is no switch": Refused(account(delegate="no"), "delegate: got str 'no'; allowed is True or False; …"),
    "a delegation as None": Refused(account(external_id="course", delegate=None), "delegate: got NoneType None; allowed is True or False; …"),
    "principals of an account as text": Refused(account(principal_arns=ANNA), f"principal_arns: got str '{ANNA}'; allowed is a list of an ARN; write principal_arns=[…]"),
    "no principals of an account": Refused(account(principal_arns=[]), "principal_arns: got []; allowed is at least one of an ARN; …"),
    "None among the principals of an account": Refused(account(principal_arns=[None]), "principal_arns: got NoneType None; allowed is ARNs as strings; …"),
    "principals of a third account": Refused(account(principal_arns=["arn:aws:iam::999988887777:role/Deploy"]), f"principal_arns: got '…'; allowed is principals of the account {OTHER}; …"),
    "every user of an account": Refused(account(principal_arns=[f"arn:aws:iam::{OTHER}:user/*"]), "principal_arns: got '…'; allowed is some principals of the account; name a path: …"),
    "every role of an account, by stars": Refused(account(principal_arns=[f"arn:aws:iam::{OTHER}:role/**"]), "principal_arns: got '…'; allowed is some principals of the account; …"),
    "every role of an account, by questions": Refused(account(principal_arns=[f"arn:aws:iam::{OTHER}:role/?*"]), "principal_arns: got '…'; allowed is some principals of the account; …"),
    "a group's ARN for an account": Refused(account(principal_arns=[f"arn:aws:iam::{OTHER}:group/people"]), "principal_arns: got '…'; allowed is ARNs of users or roles, …; …"),
    # who: by Trust
    "a user by ARN": Refused(call(Trust.user, ANNA), f"user: got str '{ANNA}'; allowed is a user; …"),
    "a role for a user": Refused(call(Trust.user, their_role), "user: got …; allowed is a user; …Trust.role for a role"),
    "a user for a role": Refused(call(Trust.role, their_user), "role: got …; allowed is a role or its ARN; or Trust.user for a user"),
    "no user": Refused(call(Trust.user, None), "user: got NoneType None; allowed is a user; …"),
    "no role": Refused(call(Trust.role, None), "role: got NoneType None; allowed is a role or its ARN; …"),
    "a role that is a user": Refused(call(Trust.role, ANNA), "role: got '…user/anna'; allowed is the ARN of one role; use Trust.user or Trust.account"),
    "a role in no partition": Refused(call(Trust.role, f"arn:bar:iam::{OTHER}:role/x"), "role: got '…'; allowed is the ARN of one role in a partition of AWS; …"),
    "a role of another service": Refused(call(Trust.role, f"arn:aws:s3::{OTHER}:role/x"), "role: got '…'; allowed is the ARN of one role; such as …"),
    "a role with a wildcard": Refused(call(Trust.role, f"arn:aws:iam::{OTHER}:role/D?ploy"), "role: got '…'; allowed is the ARN of one role, without wildcards; …"),
    "a role with a line's end": Refused(call(Trust.role, f"{OTHERS_ROLE}\n"), r"role: got '…\n'; allowed is the ARN of one role; …"),
    "MFA as text": Refused(call(Trust.user, their_user, mfa="yes"), "mfa: got str 'yes'; allowed is a Duration of 900 to 129600 seconds; …"),
    "MFA as a number": Refused(project(mfa=3600), "mfa: got int 3600; allowed is a Duration of …; use Duration: …"),
    "MFA as None": Refused(project(mfa=None), "mfa: got NoneType None; allowed is True, False or a Duration; leave it out to ask for none"),
    "MFA as zero": Refused(account(external_id="course", mfa=0), "mfa: got int 0; allowed is a Duration of …; …"),
    "MFA of two days": Refused(project(mfa=Duration.days(2)), "mfa: got '172800 s'; allowed is a Duration of 900 to 129600 seconds; …"),
    "MFA of half a second": Refused(project(mfa=Duration.millis(900500)), "mfa: got '900.5 s'; allowed is a Duration of …; whole seconds…"),
    "an external id in the project": Refused(project(external_id="?"), "external_id: got '?'; allowed is 2 to 1224 characters; …"),
    "another organization in the conditions": Refused(call(Trust.organization, "o-a1b2c3d4e5", conditions={"StringEquals": {"aws:principalOrgId": "o-other12345"}}), "conditions: got 'aws:principalOrgId'; allowed is keys that no other argument sets; set it once"),
    "an external id given twice": Refused(account(external_id="course", conditions={"StringEquals": {"STS:externalid": "other"}}), "conditions: got 'STS:externalid'; allowed is keys that no other argument sets; set it once"),
    # who: identity providers
    "Google without an audience": Refused(role(iam.WebIdentityPrincipal("accounts.google.com")), "trusted: got 'accounts.google.com'; allowed is identity providers with a condition on accounts.google.com:aud; …"),
    "Amazon with a negated audience": Refused(role(iam.WebIdentityPrincipal("www.amazon.com", {"StringNotEquals": {"www.amazon.com:app_id": "a"}})), f"trusted: conditions: got 'StringNotEquals'; {ABSENT}"),
    "SAML without an audience": Refused(lambda stack: role(iam.SamlPrincipal(iam.SamlProvider.from_saml_provider_arn(stack, "Given", f"arn:aws:iam::{OTHER}:saml-provider/idp"), {}))(stack), "trusted: got '…saml-provider/idp'; allowed is identity providers with a condition on saml:aud; …"),
    "GitHub without a subject": Refused(role(provider(GITHUB, {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}})), f"trusted: got '…'; allowed is identity providers with a condition on {GITHUB}:sub; …"),
    "GitHub without an audience": Refused(role(provider(GITHUB, {"StringEquals": {f"{GITHUB}:sub": "repo:acme/x:ref:refs/heads/main"}})), f"trusted: got '…'; allowed is identity providers with a condition on {GITHUB}:aud; …"),
    "a provider by its host": Refused(role(iam.FederatedPrincipal("accounts.example.com", {}, WEB)), "trusted: got 'accounts.example.com'; allowed is the ARN of an identity provider; …"),
    "GitHub as a session with tags": Refused(role(github("repo:acme/x:ref:refs/heads/main", "sts:AssumeRole").with_session_tags()), "trusted: got 'sts:AssumeRole, sts:TagSession for …'; allowed is sts:AssumeRoleWithWebIdentity; …"),
    "GitLab with any subject": Refused(role(provider("gitlab.com", {"StringEquals": {"gitlab.com:aud": "https://gitlab.com"}, "StringLike": {"gitlab.com:sub": "project_path:*"}})), "trusted: conditions: sub: got 'project_path:*'; allowed is a subject that names one group or holder before any wildcard; …"),
    "a role that is imported at deployment": Unchecked(role(Trust.role(Fn.import_value("RoleArn"))), ("trusted: AWS",)),
}
