"""A shell by hand on the lab, as its administrator or on an instance; it leaves nothing behind."""

import os
import pwd
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Final

from whomay.lab import deployed, environment, programs
from whomay.lab.accounts import ADMIN
from whomay.lab.errors import LabError
from whomay.lab.instances import make_home
from whomay.lab.signals import BY_SIGNAL
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace

KEPT: Final = ("TERM", "COLORTERM", "NO_COLOR", "SHELL", "EDITOR")  # of the caller's terminal


@dataclass(frozen=True)
class Shell:
    """Who acts in a shell: the environment, the text of its prompt, and where it begins."""

    environment: Mapping[str, str] = field(repr=False)
    prompt: str
    folder: Path | None = None
    on_instance: bool = False

    def run(self, lab: Lab, workspace: Workspace, command: Sequence[str]) -> int:
        """Open the caller's own shell, or run a command; return its exit code.

        HOME and the caches below it are this shell's own, and are removed with it. On an instance
        HOME is ssm-user's.

        Raises:
            LabError: there is no such command, or no room for a shell's own files.

        """
        try:
            return self._run(lab, workspace, command)
        except OSError as error:
            raise LabError(
                f"{gettempdir()} has no room for a shell: {error.strerror}. Free some space, or name "
                "another folder by TMPDIR"
            ) from error

    def _run(self, lab: Lab, workspace: Workspace, command: Sequence[str]) -> int:
        with TemporaryDirectory(prefix="whomay-shell-") as own:
            first, home = Path(own, "bin"), Path(own, "home")
            first.mkdir()
            home.mkdir()
            programs.install(first, lab, workspace)
            if self.on_instance:
                programs.install_of_instance(first)
            path = os.pathsep.join([str(first), self.environment["PATH"]])
            kept = {name: os.environ[name] for name in KEPT if name in os.environ}
            env = {**kept, "HOME": str(home), **self.environment, "PATH": path}
            argv = [*command] or _interactive(env, self.prompt)
            try:
                code = subprocess.run(argv, env=env, cwd=self.folder, check=False).returncode
            except OSError as error:
                raise LabError(f"{argv[0]}: {error.strerror}") from error
            return code if code >= 0 else BY_SIGNAL - code


def as_admin(lab: Lab, workspace: Workspace) -> Shell:
    """Return the shell in which `aws`, `cdk` and `whomay` are the first account's administrator."""
    own = environment.with_profile(lab, workspace, ADMIN)
    del own["HOME"]
    return Shell(environment.with_cdk(own, lab, workspace), "admin@lab")


def on_instance(lab: Lab, workspace: Workspace, wanted: str) -> Shell:
    """Return the shell of ssm-user on an instance, named by its id or by the stack that made it.

    Its home is made from the user data, unless an earlier session has made it.

    Raises:
        LabError: no such instance runs.

    """
    instance = wanted if wanted.startswith("i-") else _of_stack(lab, wanted)
    home = workspace.home_on(instance)
    if not home.exists():
        make_home(lab, workspace, instance)
    own = environment.on_instance(lab, workspace, instance)
    user = {"USER": programs.INSTANCE_USER, "LOGNAME": programs.INSTANCE_USER}
    return Shell(own | user, f"{programs.INSTANCE_USER}@{instance}", home, on_instance=True)


def _of_stack(lab: Lab, wanted: str) -> str:
    having = [stack for stack in deployed.stacks(lab) if stack.instances]
    found = [instance for stack in having if stack.name == wanted for instance in stack.instances]
    if len(found) > 1:
        raise LabError(f"{wanted} has {len(found)} instances: name one of {', '.join(found)}")
    if not found:
        known = ", ".join(stack.name for stack in having) or "none yet: whomay lab deploy"
        raise LabError(
            f"no instance {wanted!r}; allowed is an instance's id, as i-0abc, or a stack that has "
            f"one: {known}"
        )
    return found[0]


def _interactive(env: dict[str, str], prompt: str) -> list[str]:
    """Return the shell to open, and have its start files set the prompt after the system's."""
    shell = env.get("SHELL") or pwd.getpwuid(os.getuid()).pw_shell or "/bin/sh"
    files = Path(env["HOME"])
    for name, text in ((".bashrc", rf"[{prompt} \W]\$ "), (".zshrc", f"[{prompt} %1~]%# ")):
        _once(files / name, text, env["PATH"])
    _once(files / ".shrc", f"[{prompt}]$ ", env["PATH"])
    env["ENV"] = str(files / ".shrc")
    return [shell, "-i"]


def _once(file: Path, prompt: str, path: str) -> None:
    file.write_text(f"PS1={shlex.quote(prompt)}\nexport PATH={shlex.quote(path)}\n")
