"""Who acts in the probes: the environment of each, which is all that tells them apart."""

from collections.abc import Mapping
from typing import TypeAlias

from whomay.lab import environment
from whomay.lab.accounts import ADMINISTRATORS, as_administrator
from whomay.lab.context import ALICE, BOB
from whomay.lab.jobs import SUBJECTS, as_job
from whomay.lab.people import as_person
from whomay.lab.session import LabSession

Actors: TypeAlias = dict[str, dict[str, str]]


def administrators(session: LabSession) -> Actors:
    """Return the environment of the administrator of each account."""
    return {who: as_administrator(session, who) for who in ADMINISTRATORS}


def people(session: LabSession) -> Actors:
    """Return the environment of each person of the hub."""
    return {name: as_person(session, name) for name in (ALICE, BOB)}


def actors(
    session: LabSession, placeholders: Mapping[str, str], second_key: tuple[str, str]
) -> Actors:
    """Return every actor's environment.

    The actors on an instance have its metadata service, its home and no key. The command says which
    profile they use.
    """
    lab, workspace = session.lab, session.workspace
    key, secret = second_key
    user = environment.on_instance(lab, workspace, placeholders["user_instance"])
    mfa = environment.on_instance(lab, workspace, placeholders["mfa_instance"])
    return {
        **administrators(session),
        **people(session),
        **{who: environment.with_cdk(as_job(session, who), lab, workspace) for who in SUBJECTS},
        "anonymous": environment.scrubbed(lab, workspace) | {"AWS_DEFAULT_REGION": lab.region},
        "instance 1": environment.on_instance(lab, workspace, placeholders["ec2_instance"]),
        "instance 2": user,
        "user": user,
        "role": user,
        "user, MFA": mfa,
        "role, MFA": mfa,
        "instance 3": environment.on_instance(lab, workspace, placeholders["untrusted_instance"]),
        "second key": environment.with_keys(lab, workspace, key, secret),
        "wrong secret": environment.with_keys(lab, workspace, key, secret[::-1]),
    }
