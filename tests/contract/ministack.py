"""The independent emulator, as its users start it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MINISTACK = ROOT / ".venv-contract" / "bin" / "ministack"
_LONGEST_S = 600


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def served(folder: Path, docker_host: str) -> Iterator[str]:
    """Serve on a free port of loopback, and yield the URL; it ends by itself after a while.

    Args:
        docker_host: Where it finds an API of containers; a socket that isn't there: nowhere.
    """
    port = _free_port()
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "STATE_DIR": str(folder / "state"),
        "DOCKER_HOST": docker_host,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
    command = ["timeout", str(_LONGEST_S), str(MINISTACK)]
    with (folder / "ministack.log").open("wb") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    url, pause = f"http://127.0.0.1:{port}", threading.Event()
    try:
        while not _is_ready(url):
            assert server.poll() is None, (folder / "ministack.log").read_text()[-2000:]
            pause.wait(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=40)
