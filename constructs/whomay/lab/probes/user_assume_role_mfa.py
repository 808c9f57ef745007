"""Project 2 once more, with mfa=True: the role asks for a code besides."""

from functools import partial
from typing import Final

from whomay.lab.deploy import USER_ASSUME_ROLE_MFA
from whomay.lab.probe import IDENTITY, Probe, command, denied

probe = partial(Probe, USER_ASSUME_ROLE_MFA)

BECOME: Final = "aws --profile user sts assume-role --role-arn $mfa_role --role-session-name probe"
WITH_CODE: Final = (
    f"{BECOME} --external-id $mfa_external_id --serial-number $mfa_serial --token-code"
)
TYPED: Final = command("role, MFA", f"aws --profile role {IDENTITY}", stdin="$mfa_code\n")

# AWS takes each code once, and one step early: two of them can be used without waiting.
PROBES: Final = (
    probe(
        "ask who it is, typing the code",
        TYPED,
        shows=":assumed-role/$mfa_role_name/$mfa_session_name",
    ),
    probe(
        "upload under the prefix",
        command(
            "role, MFA",
            "aws --profile role s3 cp $report s3://$mfa_bucket/incoming/$run/report.csv",
        ),
        control=TYPED,
    ),
    probe(
        "assume the role without a code",
        command("user, MFA", f"{BECOME} --external-id $mfa_external_id"),
        denied("AssumeRole"),
        control=TYPED,
    ),
    probe(
        "assume it with a wrong code",
        command("user, MFA", f"{WITH_CODE} $mfa_wrong_code"),
        denied("AssumeRole"),
        control=TYPED,
    ),
    probe(
        "assume it with the code that was used",
        command("user, MFA", f"{WITH_CODE} $mfa_used_code"),
        denied("AssumeRole"),
        control=TYPED,
    ),
    probe(
        "assume it with a code, without the external id",
        command("user, MFA", f"{BECOME} --serial-number $mfa_serial --token-code $mfa_code"),
        denied("AssumeRole"),
        control=TYPED,
    ),
)
