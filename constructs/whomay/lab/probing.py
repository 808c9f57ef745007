"""Runs the probes: control, then probe, in chains that run side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Template

from whomay.lab import answers, instance_metadata
from whomay.lab.actors import Actors
from whomay.lab.answers import ALLOWED, NO_ANSWER, Reply
from whomay.lab.errors import UnknownAnswerError
from whomay.lab.probe import Command, Probe
from whomay.lab.session import LabSession

TIMEOUT = 60.0  # seconds for one command; the aws CLI itself tries three times


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """A probe and what came of it; `problem` is "" when all is as expected."""

    probe: Probe
    reply: Reply
    problem: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Prober:
    """Runs calls as their actors, with the placeholders filled in."""

    session: LabSession
    actors: Actors
    placeholders: Mapping[str, str]

    def run(self, probes: Iterable[Probe]) -> list[ProbeResult]:
        """Run probes and return the results in their order.

        Probes that share a control run one after the other behind it; others run side by side.
        """
        wanted = tuple(probes)
        own = {probe.command: probe for probe in wanted}
        chains: dict[Command, list[Probe]] = {}
        for probe in wanted:
            first = probe
            while first.control and first.control != first.command and first.control in own:
                first = own[first.control]
            chains.setdefault(first.control or first.command, []).append(probe)
        chained = self.session.each(self._chain, chains.values())
        results = {result.probe: result for chain in chained for result in chain}
        return [results[probe] for probe in wanted]

    def _chain(self, probes: Sequence[Probe]) -> list[ProbeResult]:
        replies: dict[Command, Reply] = {}

        def reply(command: Command) -> Reply:
            if command not in replies:
                replies[command] = self._reply(command)
            return replies[command]

        results = []
        for probe in probes:
            control = reply(probe.control) if probe.control else None
            if probe.before:
                self._reply(probe.before)
                replies.pop(probe.command, None)  # it is asked anew
            results.append(self._judge(probe, reply(probe.command), control))
        return results

    def _judge(self, probe: Probe, reply: Reply, control: Reply | None) -> ProbeResult:
        if control and control.answer != ALLOWED:
            problem = f"its control is not allowed: {control.answer}"
            return ProbeResult(probe, reply, problem, control.answer.unknown)
        if reply.answer != probe.answer:
            problem = f"{probe.answer} is right, this lab answers {reply.answer}"
            return ProbeResult(probe, reply, problem, reply.answer.unknown)
        shows = self._fill(probe.shows)
        if shows not in reply.text:
            return ProbeResult(probe, reply, f"the answer does not show {shows}")
        return ProbeResult(probe, reply)

    def _reply(self, command: Command) -> Reply:
        argv = tuple(map(self._fill, command.argv))
        environment = self.actors[command.who]
        if argv[0] in ("IMDSv1", "IMDSv2"):
            base = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
            self.session.journal.command(command.who, f"GET {base}{argv[1]} ({argv[0]})")
            return instance_metadata.get(base, argv[1], with_token=argv[0] == "IMDSv2")
        stdin = self._fill(command.stdin)
        try:
            done = self.session.run(command.who, argv, environment, stdin=stdin, timeout=TIMEOUT)
        except UnknownAnswerError as error:
            return Reply(NO_ANSWER, str(error))
        return answers.of_aws_cli(done)

    def _fill(self, text: str) -> str:
        return Template(text).substitute(self.placeholders)


def exit_code(results: Iterable[ProbeResult]) -> int:
    """Return 0 when all is as expected, 1 for any wrong answer, else 3 for an unknown one."""
    problems = [result for result in results if result.problem]
    if any(not result.unknown for result in problems):
        return 1
    return 3 if problems else 0
