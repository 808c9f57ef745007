"""The file of profiles that an instance's user data writes."""

import pytest

from whomay.lab.errors import CommandFailedError
from whomay.lab.instances import config_text, profile

CONFIG = "[profile instance]\nregion = us-east-1\n\n[profile role]\nrole_arn = arn\n"


@pytest.mark.parametrize(
    "write",
    [
        "cat > /home/ssm-user/.aws/config <<'END-OF-CONFIG'\n{}END-OF-CONFIG\n",
        "cat > /home/ssm-user/.aws/config <<EOF\n{}EOF\nchmod 600 /home/ssm-user/.aws/config\n",
        'cat <<"EOF" > /home/ssm-user/.aws/config\n{}EOF\n',
        "cat <<- END >/home/ssm-user/.aws/config\n{}END\n",
    ],
)
def test_the_file_is_read_as_the_user_data_writes_it(write: str) -> None:
    user_data = "#!/bin/bash\nset -eu\n" + write.format(CONFIG) + "chown ssm-user: /home\n"

    assert config_text(user_data) == CONFIG


@pytest.mark.parametrize(
    "user_data",
    [
        "",
        "#!/bin/bash\ndnf install -y awscli-2\n",
        "cat > /home/ssm-user/.aws/credentials <<EOF\n[default]\nEOF\n",
        "cat > /home/ssm-user/.aws/config <<EOF\nwithout an end\n",
    ],
)
def test_user_data_without_such_a_file_has_none(user_data: str) -> None:
    assert config_text(user_data) is None


def test_a_profile_has_its_settings() -> None:
    assert dict(profile(CONFIG, "role")) == {"role_arn": "arn"}


def test_a_profile_that_is_missing_is_named() -> None:
    with pytest.raises(CommandFailedError, match=r"has no \[profile user\]"):
        profile(CONFIG, "user")
