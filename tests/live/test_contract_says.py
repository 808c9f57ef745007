"""What the contract says to the change that would allow a refused call, by the names of the account."""

import pytest
from support.aws import Caller, refusal, root
from support.lab_user import on_lab
from support.verified_app import VerifiedApp, deployed

from whomay.lab.state import Lab


@pytest.fixture(scope="module")
def app(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> VerifiedApp:
    return deployed(lab, tmp_path_factory.mktemp("contract-says"))


def caller(app: VerifiedApp, name: str) -> Caller:
    user = app.names[name]
    key = root(app.lab).client("iam").create_access_key(UserName=user)["AccessKey"]
    return Caller(app.lab, key["AccessKeyId"], key["SecretAccessKey"])


def said(app: VerifiedApp, message: str) -> list[str]:
    found = on_lab(root(app.lab), "doctor", message, "-a", "Verified.json", cwd=app.folder)
    assert found.returncode == 1, found
    return found.stdout.splitlines()


def test_a_change_that_breaks_the_contract_is_told_with_the_statement(app: VerifiedApp) -> None:
    session = caller(app, "Caller").assume(app.role)
    lines = said(app, refusal(session.client("iam").list_users)[1])
    assert "whomay decides the same on this context and these policies" in lines
    contract = [line for line in lines if line.startswith("contract: ")]
    assert [line.partition(" would be ")[0].rpartition(" ")[2] for line in contract] == [
        "may_only",
        "cannot_reach",
    ]
    assert all("iam:ListUsers" in line for line in contract)


def test_a_change_that_the_contract_permits_is_told(app: VerifiedApp) -> None:
    lines = said(app, refusal(caller(app, "Person").client("iam").list_users)[1])
    assert "contract: permits it: none of 6 statements would break" in lines


def test_without_the_names_of_the_account_the_caller_is_unknown(app: VerifiedApp) -> None:
    message = f"User: {app.role} is not authorized to perform: iam:ListUsers"
    found = on_lab(root(app.lab), "doctor", message, "-a", "Verified.json", cwd=app.folder)
    assert (found.returncode, found.stdout.splitlines()[-2:]) == (
        3,
        [
            "Verified.json says: Unknown",
            f"  it does not have {app.role}; -a takes a file of `whomay snapshot` too",
        ],
    )
