"""The whole way through the lab, step by step, as the commands walk it."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from secrets import token_hex

from whomay.lab import deploy, lifecycle, loopback, placeholders, programs
from whomay.lab.accounts import ADMIN, ADMINISTRATORS, as_admin, make_administrators
from whomay.lab.actors import actors
from whomay.lab.children import Children
from whomay.lab.context import FORWARDED
from whomay.lab.errors import LabError, LabHeldError, NotEnforcedError
from whomay.lab.identity import verify
from whomay.lab.instances import make_home
from whomay.lab.jobs import JOB, as_job
from whomay.lab.preparation import Preparation
from whomay.lab.probe import Probe
from whomay.lab.probes import CANARY, LAST, PROBES
from whomay.lab.probing import Prober, ProbeResult
from whomay.lab.session import Journal, LabSession
from whomay.lab.signals import uncut
from whomay.lab.state import Lab
from whomay.lab.undo import Undo
from whomay.lab.watch import watched
from whomay.lab.workspace import Workspace

DELIVERY_TIMEOUT = 10.0  # seconds


def workspace(state: Path | None, app: Path) -> Workspace:
    """Return the lab's folder: `state`, by default .lab beside the app's cdk.json.

    Raises:
        LabError: there is no cdk.json, or the folder cannot be used

    """
    return Workspace.at(state or deploy.find_app(app.absolute()) / ".lab")


def running(workspace: Workspace) -> Lab:
    """Return the lab that runs in this folder.

    Raises:
        LabError: none does

    """
    lab = lifecycle.status(workspace.root)
    if lab is None:
        raise LabError("no lab is running here. Start one: whomay lab start")
    return lab


def answering(workspace: Workspace, *, patience: float = 5.0) -> Lab:
    """Return the lab that runs in this folder, once it has answered within `patience` seconds.

    Raises:
        LabError: none runs, or it hangs

    """
    lab = running(workspace)
    try:
        loopback.ask(lab, "/lab/identity", timeout=patience)
    except OSError:
        raise LabError(
            f"the lab is hung: its server, process {lab.pid}, has not answered for {patience:g} s. "
            "Stop it, and start another: whomay lab stop, whomay lab start"
        ) from None
    return lab


def start(
    workspace: Workspace, children: Children, journal: Journal, *, exit_with_parent: bool = False
) -> LabSession:
    """Start a fresh lab with an administrator in each account; an earlier one must be stopped.

    When that fails, or is interrupted, no lab is left. `exit_with_parent` ends it with this process.

    Raises:
        LabHeldError: a lab runs in this folder.
        LabError: it does not start, or an administrator cannot be made.

    """
    try:
        with journal.waiting("starting the lab"), uncut():
            lab = lifecycle.start(workspace.root, exit_with_parent=exit_with_parent)
        workspace.renew()
        programs.install(workspace.programs, lab, workspace)
        session = LabSession(lab, workspace, children, journal)
        with watched(lab, workspace.root, children), journal.waiting("making administrators"):
            make_administrators(session)
    except LabHeldError as error:
        raise LabHeldError(
            f"{error}. Go on with `whomay lab shell`, or end it: whomay lab stop"
        ) from error
    except BaseException:
        children.close()
        stop(workspace)
        raise
    return session


def stop(workspace: Workspace) -> bool:
    """Stop the lab and remove what it has left, except the logs; False when none runs."""
    stopped = lifecycle.stop(workspace.root)
    workspace.clear()
    return stopped


def deploy_all(session: LabSession, app: Path) -> deploy.Outputs:
    """Synthesize the app once, bootstrap the accounts, and deploy every stack: the spokes as a job.

    Raises:
        WrongEndpointError: it is not this lab that answers; nothing is deployed.
        CommandFailedError: a step failed; the message says which and why.

    """
    verify(session, ADMIN, as_admin(session), session.lab.accounts[0])
    owners = zip(ADMINISTRATORS, session.lab.accounts, strict=True)
    steps = [partial(deploy.synth, session, app)]
    steps += [partial(deploy.bootstrap, session, *owner) for owner in owners]
    hub = session.lab.accounts[0]
    steps += [partial(deploy.bootstrap, session, ADMIN, hub, region) for region in FORWARDED]
    with session.journal.waiting("synthesizing the app and bootstrapping the accounts"):
        session.each(lambda step: step(), steps)
    by_admin = (*deploy.BY_ADMIN, *deploy.ALERTS)
    with session.journal.waiting(f"deploying {', '.join(by_admin)}"):
        deploy.deploy(session, *by_admin)
    with session.journal.waiting(f"deploying {', '.join(deploy.BY_JOB)} as a job of GitHub"):
        deploy.deploy(session, *deploy.BY_JOB, who=JOB, environment=as_job(session))
    return deploy.outputs(session)


def probe(session: LabSession, *, disposable: bool = False) -> list[ProbeResult]:
    """Run every probe; the canary first, since nothing counts where nothing is refused.

    The last ones read the trail, whose files are delivered before them, without AWS's minutes.

    What the probes make is taken away at the end, unless the lab is `disposable`: about to be
    stopped.

    Raises:
        NotEnforcedError: the canary is not refused.
        CommandFailedError: something that the probes need cannot be made.
        LabError: the lab is gone.

    """
    with prepared(session, disposable=disposable) as prober, session.journal.waiting("probing"):
        canary = check_enforced(prober, CANARY)
        others = [probe for probe in PROBES if probe is not CANARY]
        found = {result.probe: result for result in (canary, *prober.run(others))}
        _deliver(session.lab)
        return [*(found[probe] for probe in PROBES), *prober.run(LAST)]


def _deliver(lab: Lab) -> None:
    """Have the trail deliver what it has."""
    loopback.told(lab, "/lab/deliver", timeout=DELIVERY_TIMEOUT)


def check_enforced(prober: Prober, canary: Probe) -> ProbeResult:
    """Run the probe that must be refused before any other counts.

    Raises:
        NotEnforcedError: it is not refused.

    """
    (result,) = prober.run([canary])
    if result.problem:
        raise NotEnforcedError(f"this lab does not enforce IAM: {result.problem}")
    return result


@contextmanager
def prepared(session: LabSession, *, disposable: bool = False) -> Iterator[Prober]:
    """Make what the probes need, and take it away at the end unless the lab is `disposable`.

    Raises:
        LabError: the stacks are not deployed.
        CommandFailedError: something cannot be made.

    """
    made = deploy.outputs(session)
    known = placeholders.deployed(session.lab, made, _homes(session, made))
    known |= placeholders.files(session.workspace.work, f"probe-{token_hex(4)}")
    known["assembly"] = str(session.workspace.assembly)
    undo = Undo(session)
    with nullcontext() if disposable else undo:
        preparation = Preparation(session, known, undo)
        with session.journal.waiting("preparing the probes"):
            preparation.make()
        yield Prober(session, actors(session, known, preparation.second_key), known)


def _homes(session: LabSession, made: deploy.Outputs) -> dict[str, str]:
    with session.journal.waiting("reading the instances"):
        instances = {stack: of["InstanceId"] for stack, of in made.items() if "InstanceId" in of}
        make = partial(make_home, session.lab, session.workspace)
        texts = session.each(make, instances.values())
    return dict(zip(instances, texts, strict=True))
