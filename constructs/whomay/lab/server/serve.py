"""The server's process: from free ports to the description file, and back."""

import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from whomay.lab import process, state
from whomay.lab.server import environment, internals, sockets

if TYPE_CHECKING:
    from hypercorn.typing import ASGIFramework

DELIVERY_SECONDS = 30
PARENT_POLL_SECONDS = 0.2
GRACE_SECONDS = 0.3  # for answers under way when the server stops

log = logging.getLogger(__name__)


def serve(folder: Path, parent: int | None, custom_resource_seconds: float) -> NoReturn:
    """Serve until SIGTERM or SIGINT, or until the parent process `parent` is gone; then exit.

    A custom resource that has not answered after `custom_resource_seconds` has failed.

    Raises:
        OSError: the folder cannot be written.
        internals.WrongMiniStackError: MiniStack lacks a name that we touch.

    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    os.umask(0o077)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    certificate, key = state.certificate_files(folder)
    sockets.make_certificate(certificate, key)
    secure, plain = sockets.bind(), sockets.bind()
    lab = _describe(secure.getsockname()[1], plain.getsockname()[1], certificate)
    environment.configure(state.files_folder(folder), plain.getsockname()[1], lab.root_secret)
    from whomay.lab.server import corrections  # noqa: PLC0415 - MiniStack reads the environment now

    corrections.install(custom_resource_seconds)
    try:
        asyncio.run(_run(folder, lab, secure, plain, parent))
    except Exception:
        log.exception("the lab's server failed")
    _end(folder, 1)


def _end(folder: Path, code: int) -> NoReturn:
    """End the process, and those that run Lambda functions where it leads their group.

    At once: a custom resource that never answers holds threads that Python would wait for.
    """
    state.remove(folder)
    if os.getpgid(0) == os.getpid():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
    sys.stderr.flush()
    os._exit(code)


def _describe(port: int, plain_port: int, certificate: Path) -> state.Lab:
    return state.Lab(
        pid=os.getpid(),
        started=process.start_time(os.getpid()) or "",
        endpoint=f"https://127.0.0.1:{port}",
        plain=f"http://127.0.0.1:{plain_port}",
        imds=f"http://127.0.0.1:{plain_port}/imds/",
        ca=certificate,
        root_secret=secrets.token_urlsafe(30),
        nonce=secrets.token_hex(16),
        accounts=state.ACCOUNTS,
        region=state.REGION,
    )


async def _run(
    folder: Path, lab: state.Lab, secure: socket.socket, plain: socket.socket, parent: int | None
) -> None:
    from hypercorn.asyncio import serve as serve_http  # noqa: PLC0415 - only the server needs it
    from hypercorn.config import Config  # noqa: PLC0415 - the same

    from whomay.lab.server.gateway import Gateway  # noqa: PLC0415 - after environment.configure

    config = Config()
    config.bind = [f"fd://{secure.fileno()}"]
    config.insecure_bind = [f"fd://{plain.fileno()}"]
    config.certfile, config.keyfile = map(str, state.certificate_files(folder))
    config.loglevel, config.accesslog = "WARNING", None
    config.graceful_timeout, config.keep_alive_timeout = GRACE_SECONDS, 5
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # hypercorn types each message apart, the gateway takes them as they come
    gateway = cast(
        "ASGIFramework", Gateway(internals.get("app", "app"), lab.root_secret, lab.nonce)
    )
    server = asyncio.create_task(serve_http(gateway, config, shutdown_trigger=stop.wait))
    others = [asyncio.create_task(_deliver())]
    if parent is not None:
        others.append(asyncio.create_task(_stop_without(parent, stop)))
    await _until_open(plain.getsockname()[1], server)
    state.write(folder, lab)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([server, stopped, *others], return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait([server], timeout=GRACE_SECONDS)
    for task in (server, *others):
        if task.done():
            task.result()  # raises what made it end
    _end(folder, 0)


async def _until_open(port: int, server: "asyncio.Task[None]") -> None:
    """Wait until the server takes connections, or has failed."""
    while not server.done():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


async def _deliver() -> None:
    from whomay.lab.server import delivery  # noqa: PLC0415 - after environment.configure

    while True:
        await asyncio.sleep(DELIVERY_SECONDS)
        try:
            delivery.deliver()
        except Exception:  # the trail's loss is not the server's
            log.exception("CloudTrail's delivery failed")


async def _stop_without(parent: int, stop: asyncio.Event) -> None:
    """Stop when the parent is gone: the system then gives this process another."""
    while os.getppid() == parent:  # noqa: ASYNC110 - no event tells that a parent is gone
        await asyncio.sleep(PARENT_POLL_SECONDS)
    stop.set()
