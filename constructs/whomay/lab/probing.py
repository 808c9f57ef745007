"""Runs the probes: control, then probe, in chains that run side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Template

from whomay.lab import answers, metadata
from whomay.lab.actors import Actors
from whomay.lab.answers import ALLOWED, NO_ANSWER, Reply
from whomay.lab.errors import UnknownAnswerError
from whomay.lab.probe import Call, Probe
from whomay.lab.session import Session

TIMEOUT = 60.0  # seconds for one command; the aws CLI itself tries three times


@dataclass(frozen=True, slots=True)
class Outcome:
    """A probe and what came of it; `problem` is "" when all is as expected."""

    probe: Probe
    reply: Reply
    problem: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Prober:
    """Runs calls as their actors, with the facts of the deployment put in."""

    session: Session
    actors: Actors
    facts: Mapping[str, str]

    def run(self, probes: Iterable[Probe]) -> list[Outcome]:
        """Run probes and return the outcomes in their order.

        Probes that share a control run one after the other behind it; others run side by side.
        """
        wanted = tuple(probes)
        own = {probe.call: probe for probe in wanted}
        chains: dict[Call, list[Probe]] = {}
        for probe in wanted:
            first = probe
            while first.control and first.control != first.call and first.control in own:
                first = own[first.control]
            chains.setdefault(first.control or first.call, []).append(probe)
        chained = self.session.each(self._chain, chains.values())
        outcomes = {outcome.probe: outcome for chain in chained for outcome in chain}
        return [outcomes[probe] for probe in wanted]

    def _chain(self, probes: Sequence[Probe]) -> list[Outcome]:
        replies: dict[Call, Reply] = {}

        def reply(call: Call) -> Reply:
            if call not in replies:
                replies[call] = self._reply(call)
            return replies[call]

        outcomes = []
        for probe in probes:
            control = reply(probe.control) if probe.control else None
            if probe.before:
                self._reply(probe.before)
                replies.pop(probe.call, None)  # it is asked anew
            outcomes.append(self._judge(probe, reply(probe.call), control))
        return outcomes

    def _judge(self, probe: Probe, reply: Reply, control: Reply | None) -> Outcome:
        if control and control.answer != ALLOWED:
            problem = f"its control is not allowed: {control.answer}"
            return Outcome(probe, reply, problem, control.answer.unknown)
        if reply.answer != probe.answer:
            problem = f"{probe.answer} is right, this lab answers {reply.answer}"
            return Outcome(probe, reply, problem, reply.answer.unknown)
        shows = self._fill(probe.shows)
        if shows not in reply.text:
            return Outcome(probe, reply, f"the answer does not show {shows}")
        return Outcome(probe, reply)

    def _reply(self, call: Call) -> Reply:
        argv = tuple(map(self._fill, call.argv))
        environment = self.actors[call.who]
        if argv[0] in ("IMDSv1", "IMDSv2"):
            base = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
            self.session.journal.command(call.who, f"GET {base}{argv[1]} ({argv[0]})")
            return metadata.get(base, argv[1], with_token=argv[0] == "IMDSv2")
        stdin = self._fill(call.stdin)
        try:
            done = self.session.run(call.who, argv, environment, stdin=stdin, timeout=TIMEOUT)
        except UnknownAnswerError as error:
            return Reply(NO_ANSWER, str(error))
        return answers.of_aws_cli(done)

    def _fill(self, text: str) -> str:
        return Template(text).substitute(self.facts)


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """Return 0 when all is as expected, 1 for any wrong answer, else 3 for an unknown one."""
    problems = [outcome for outcome in outcomes if outcome.problem]
    if any(not outcome.unknown for outcome in problems):
        return 1
    return 3 if problems else 0
