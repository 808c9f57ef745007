"""Whom identity providers let sign in: another certificate or setting is a change that nobody can judge."""

from pathlib import Path
from typing import Any

import pytest
from support.small_templates import document, may, role, snapshot

from whomay.engine import diff, from_lock, to_lock

TRUSTED = {
    "Effect": "Allow",
    "Principal": {"Service": "rolesanywhere.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
ALWAYS = {"R": role(may("*"), AssumeRolePolicyDocument=document(TRUSTED))}


def anchor(certificate: str) -> dict[str, Any]:
    data = {"X509CertificateData": certificate}
    return {"Name": "a", "Source": {"SourceType": "CERTIFICATE_BUNDLE", "SourceData": data}}


PROVIDERS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "another certificate of a trust anchor": (
        "AWS::RolesAnywhere::TrustAnchor",
        anchor("ours"),
        anchor("theirs"),
    ),
    "other metadata of a SAML provider": (
        "AWS::IAM::SAMLProvider",
        {"Name": "n", "SamlMetadataDocument": "<ours/>"},
        {"Name": "n", "SamlMetadataDocument": "<theirs/>"},
    ),
    "another instance of IAM Identity Center": (
        "AWS::AccountAccess::Application",
        {"IdentitySource": {"IdentityCenter": {"InstanceArn": "ours"}}},
        {"IdentitySource": {"IdentityCenter": {"InstanceArn": "theirs"}}},
    ),
    "guests of an identity pool": (
        "AWS::Cognito::IdentityPool",
        {"AllowUnauthenticatedIdentities": False},
        {"AllowUnauthenticatedIdentities": True},
    ),
}


@pytest.mark.parametrize("case", PROVIDERS)
def test_another_provider_is_a_change_that_nobody_can_judge(tmp_path: Path, case: str) -> None:
    kind, before, after = PROVIDERS[case]
    apps = [
        snapshot(tmp_path / name, {**ALWAYS, **more})
        for name, more in (
            ("none", {}),
            ("old", {"P": {"Type": kind, "Properties": before}}),
            ("new", {"P": {"Type": kind, "Properties": after}}),
        )
    ]
    none, old, new = (from_lock(to_lock(each)) for each in apps)
    for one, other, change, what in (
        (old, new, "Unknown", "it is another than before"),
        (none, new, "Unknown", "it is new"),
        (new, none, "narrower", "it is no longer there"),
    ):
        told = [(each.change.value, each.principal, each.text) for each in diff(one, other)]
        assert told == [(change, "S/P", f"not seen: who signs in by it; {what}")]
    assert diff(new, apps[2]) == []
