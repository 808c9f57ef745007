"""Devices enrolled in a lab: also on a machine that is too slow for the codes."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.running_lab import Record

from whomay.lab import codes, environment, programs
from whomay.lab.children import Children
from whomay.lab.devices import enrol
from whomay.lab.session import LabSession
from whomay.lab.state import Lab
from whomay.lab.undo import Undo
from whomay.lab.workspace import Workspace


@pytest.mark.lab
def test_codes_that_arrive_too_late_are_sent_anew(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Workspace.at(tmp_path / "slow")
    place.renew()
    programs.install(place.programs, lab, place)
    late = (time.time() // codes.STEP - 10) * codes.STEP + 10
    behind = [late - time.time()]  # seconds, until the first wait

    def waits(_: float) -> None:
        behind[0] = 0

    slow = SimpleNamespace(time=lambda: time.time() + behind[0], sleep=waits)
    monkeypatch.setattr(codes, "time", slow)
    told = Record()
    with Children() as children:
        session = LabSession(lab, place, children, told)
        root = environment.with_keys(lab, place, lab.accounts[0], lab.root_secret)
        session.must("root", ("aws", "iam", "create-user", "--user-name", "slow"), root)
        enrol(
            session,
            Undo(session),
            ("root", root),
            user="slow",
            serial="arn:aws:iam::111111111111:mfa/slow",
        )

    sent = [text for _, text in told.commands if "enable-mfa-device" in text]
    assert len(sent) >= 2
    assert len(set(sent)) == len(sent)
