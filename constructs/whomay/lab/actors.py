"""Who acts in the probes: the environment of each, which is all that tells them apart."""

from collections.abc import Mapping
from typing import TypeAlias

from whomay.lab import environment
from whomay.lab.accounts import as_admin, as_stranger
from whomay.lab.session import Session

Actors: TypeAlias = dict[str, dict[str, str]]


def actors(session: Session, facts: Mapping[str, str], second_key: tuple[str, str]) -> Actors:
    """Return every actor's environment.

    The actors on an instance have its metadata service, its home and no key. Which profile they
    use stands in the command.
    """
    lab, workspace = session.lab, session.workspace
    key, secret = second_key
    user = environment.on_instance(lab, workspace, facts["user_instance"])
    mfa = environment.on_instance(lab, workspace, facts["mfa_instance"])
    return {
        "admin": as_admin(session),
        "stranger": as_stranger(session),
        "anonymous": environment.scrubbed(lab, workspace) | {"AWS_DEFAULT_REGION": lab.region},
        "instance 1": environment.on_instance(lab, workspace, facts["ec2_instance"]),
        "instance 2": user,
        "user": user,
        "role": user,
        "user, MFA": mfa,
        "role, MFA": mfa,
        "instance 3": environment.on_instance(lab, workspace, facts["untrusted_instance"]),
        "second key": environment.with_keys(lab, workspace, key, secret),
        "wrong secret": environment.with_keys(lab, workspace, key, secret[::-1]),
    }
