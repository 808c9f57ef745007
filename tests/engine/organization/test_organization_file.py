"""An organization file: what it tells, and what is wrong with it in the caller's words."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.organization_file import denying

from whomay.engine.organization import OrganizationError, read_organization

GOOD = """\
organization: o-a1b2c3d4e5
management: "999988887777"
root:
  id: r-a1b2
  scps: [FullAWSAccess, policies/leaving.json]
units:
  Workloads:
    id: ou-a1b2-11112222
  Production:
    id: ou-a1b2-33334444
    parent: Workloads
    rcps:
      - RCPFullAWSAccess
      - Version: "2012-10-17"
        Statement: {Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*"}
accounts:
  111122223333: Production
  444455556666:
    scps: [policies/leaving.json, FullAWSAccess]
"""


def write(folder: Path, text: str, **policies: Any) -> Path:
    (folder / "policies").mkdir()
    for name, content in {
        "leaving": denying("organizations:LeaveOrganization"),
        **policies,
    }.items():
        whole = content if isinstance(content, str) else json.dumps(content)
        (folder / "policies" / f"{name}.json").write_text(whole)
    file = folder / "org.yaml"
    file.write_text(text)
    return file


def test_each_account_has_the_levels_above_it_from_the_root_down(tmp_path: Path) -> None:
    found = read_organization(write(tmp_path, GOOD))

    assert (found.id, found.management) == ("o-a1b2c3d4e5", "999988887777")
    levels = found.accounts["111122223333"]
    assert [each.id for each in levels] == [
        "r-a1b2",
        "ou-a1b2-11112222",
        "ou-a1b2-33334444",
        "111122223333",
    ]
    names = [[s.source.path for p in each.scps for s in p.statements] for each in levels]
    full = ["FullAWSAccess"]
    assert names == [["FullAWSAccess", "policies/leaving.json"], full, full, full]
    assert [len(each.rcps) for each in levels] == [0, 0, 1, 0]
    path = "o-a1b2c3d4e5/r-a1b2/ou-a1b2-11112222/ou-a1b2-33334444/"
    assert found.path_of("111122223333") == path
    assert len(found.accounts["444455556666"]) == 2


def test_without_the_id_of_a_unit_the_path_is_not_known(tmp_path: Path) -> None:
    file = write(
        tmp_path, GOOD.replace("    id: ou-a1b2-11112222\n", "    scps: [FullAWSAccess]\n")
    )
    assert read_organization(file).path_of("111122223333") == ""


LONG = {"Effect": "Deny", "Action": ["s3:GetObject"] * 700, "Resource": "*"}
MISTAKES = {
    "an unknown key": (
        "  id: r-a1b2\n",
        "  id: r-a1b2\n  scp: []\n",
        "org.yaml:5: 'scp' is not a key here; nearest is 'scps'; allowed: id, scps, rcps",
    ),
    "a key that is missing": (
        "organization: o-a1b2c3d4e5\n",
        "",
        "org.yaml:1: organization is missing; allowed: organization, management, root, units, accounts",
    ),
    "an id of another shape": (
        "o-a1b2c3d4e5",
        "a1b2c3d4e5",
        "org.yaml:1: organization is 'a1b2c3d4e5'; allowed is an id, such as o-a1b2c3d4e5",
    ),
    "a root's id for a unit": (
        "ou-a1b2-11112222",
        "r-a1b2",
        (
            "org.yaml:8: units.Workloads.id is 'r-a1b2'; allowed is the id of a unit, such as "
            "ou-a1b2-11112222"
        ),
    ),
    "an account that is none": (
        "111122223333:",
        "11112222:",
        "org.yaml:17: account '11112222': allowed is an account's number of twelve digits",
    ),
    "an account in an unknown unit": (
        ": Production",
        ": Produktion",
        (
            "org.yaml:17: no unit is called 'Produktion'; nearest is 'Production'; allowed: root, "
            "Workloads, Production"
        ),
    ),
    "an unknown parent": (
        "parent: Workloads",
        "parent: Worklods",
        (
            "org.yaml:10: no unit is called 'Worklods'; nearest is 'Workloads'; allowed: root, "
            "Workloads, Production"
        ),
    ),
    "units above each other": (
        "    id: ou-a1b2-11112222\n",
        "    parent: Production\n",
        "org.yaml:8: units are above each other: Workloads is in Production is in Workloads",
    ),
    "one id for two units": (
        "ou-a1b2-33334444",
        "ou-a1b2-11112222",
        "org.yaml:10: unit Production has the id ou-a1b2-11112222 of unit Workloads",
    ),
    "an account in two units": (
        "  444455556666:",
        "  111122223333: Workloads\n  444455556666:",
        "org.yaml:18: account 111122223333 is here twice, first on line 17: it is in one unit",
    ),
    "a policy that is not there": (
        "FullAWSAccess, policies/leaving.json",
        "FullAWSAccess, policies/nowhere.json",
        "org.yaml:5: root.scps[1]: the policy FOLDER/policies/nowhere.json: there is no such file",
    ),
    "a policy that is not JSON": (
        "policies/leaving.json]\nunits",
        "policies/broken.json]\nunits",
        (
            "org.yaml:5: root.scps[1]: the policy FOLDER/policies/broken.json is not JSON: "
            "Expecting value: line 1 column 1 (char 0)"
        ),
    ),
    "a policy that is too long": (
        "policies/leaving.json]\nunits",
        "policies/long.json]\nunits",
        (
            "org.yaml:5: policies/long.json: a service control policy of 10,582 characters, white "
            "space not counted; AWS takes at most 10,240"
        ),
    ),
    "a level that allows nothing": (
        "[FullAWSAccess, policies/leaving.json]",
        "[policies/leaving.json]",
        (
            "org.yaml:5: root.scps would allow nothing: name what is attached beside it, at AWS "
            "FullAWSAccess"
        ),
    ),
    "a level without any policy": (
        "[FullAWSAccess, policies/leaving.json]",
        "[]",
        "org.yaml:5: root.scps is empty: AWS leaves no level without a policy; name FullAWSAccess",
    ),
    "a resource control policy that allows": (
        "Effect: Deny, Principal",
        "Effect: Allow, Principal",
        (
            "org.yaml:14: org.yaml units.Production.rcps[1]: Statement[0] of a resource control policy "
            "has the Effect Allow; allowed is Deny, and RCPFullAWSAccess is always attached"
        ),
    ),
    "a resource control policy for one principal": (
        'Principal: "*"',
        "Principal: {AWS: 111122223333}",
        (
            "org.yaml:14: org.yaml units.Production.rcps[1]: Statement[0] of a resource control policy "
            'must have the Principal "*"; name others by conditions'
        ),
    ),
    "too many policies": (
        "      - RCPFullAWSAccess\n",
        "      - policies/leaving.json\n" * 5,
        (
            "org.yaml:13: units.Production.rcps names 6 policies; AWS attaches at most 4 to a level "
            "beside RCPFullAWSAccess"
        ),
    ),
    "a text where a list is due": (
        "[FullAWSAccess, policies/leaving.json]",
        "FullAWSAccess",
        "org.yaml:5: root.scps is not a list; allowed is a list of files, of policies, and FullAWSAccess",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_with_its_place_and_what_is_allowed(
    tmp_path: Path, name: str
) -> None:
    old, new, message = MISTAKES[name]
    assert old in GOOD
    long = {"Version": "2012-10-17", "Statement": [LONG]}
    file = write(tmp_path, GOOD.replace(old, new), broken="no", long=long)

    with pytest.raises(OrganizationError) as raised:
        read_organization(file)

    expected = message.replace("FOLDER", str(tmp_path))
    assert str(raised.value) == f"{tmp_path}/{expected}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "org.yaml: there is no such file"),
        ("", "org.yaml: is empty; allowed is an organization, its units and accounts"),
        ("a: [", "org.yaml:1: neither YAML nor JSON: "),
        ("- a", "org.yaml:1: the file is not a mapping; allowed is"),
        ("a: &x 1\nb: *x", "org.yaml: an alias (*name) is not allowed: put a policy that is"),
    ],
)
def test_a_file_that_is_none_says_so(tmp_path: Path, text: str | None, message: str) -> None:
    file = tmp_path / "org.yaml"
    if text is not None:
        file.write_text(text)

    with pytest.raises(OrganizationError) as raised:
        read_organization(file)

    assert str(raised.value).startswith(f"{tmp_path}/{message}")


def test_units_lie_five_levels_below_the_root_at_most(tmp_path: Path) -> None:
    units = "".join(f"  U{n}: {{parent: {f'U{n - 1}' if n else 'root'}}}\n" for n in range(6))
    text = (
        f"organization: o-a1b2c3d4e5\nmanagement: '999988887777'\nunits:\n{units}accounts: {{}}\n"
    )

    with pytest.raises(OrganizationError, match="unit U5 is 6 levels below the root; AWS takes at"):
        read_organization(write(tmp_path, text))
