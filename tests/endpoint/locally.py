"""`cage local` as a user starts it, for tests that point clients at it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.command_line import CAGE, ROOT, run_with
from tests.processes import PATIENCE_S

PEERS = ROOT / ".venv-peers" / "bin"
WEB = ROOT / "examples" / "web"
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0a1b2c3d4e5f6071"
DELAY = "deregistration_delay.timeout_seconds"


def environ(**more: str) -> dict[str, str]:
    """An environment with nothing of the user's AWS settings in it."""
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    kept = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_PAGER": ""}
    return kept | nowhere | {"AWS_EC2_METADATA_DISABLED": "true"} | more


def exported(url: str) -> dict[str, str]:
    """The environment for clients of an endpoint that a test serves itself."""
    return environ(
        AWS_ENDPOINT_URL=url,
        AWS_REGION="us-east-1",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_ACCESS_KEY_ID="simulated",
        AWS_SECRET_ACCESS_KEY="simulated",  # noqa: S106  it opens nothing
    )


@contextlib.contextmanager
def served(*arguments: str, scale: float = 1000) -> Iterator[dict[str, str]]:
    """Start `cage local` on a free port; yield the environment that it asks to export."""
    command = [str(CAGE), "local", *arguments, "--port", "0", "--time-scale", str(scale)]
    server = subprocess.Popen(command, env=environ(), stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        exported: dict[str, str] = {}
        for line in server.stdout:
            if line.startswith("export "):
                exported |= dict(re.findall(r"(\w+)=(\S+)", line))
            if line.startswith("Ready"):
                break
        assert server.poll() is None, "cage local ended before it was ready"
        yield environ(**exported)
    finally:
        server.send_signal(signal.SIGTERM)
        rest = server.communicate(timeout=PATIENCE_S)[0]
    assert (server.returncode, rest) == (0, "Stopped.\n")


def run(program: Path, *arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a client to its end; cage's own, on the main thread, in this process."""
    # Signals and the environment belong to the main thread and to the whole process.
    if program == CAGE and threading.current_thread() is threading.main_thread():
        return run_with(env, *arguments)
    return subprocess.run(
        [str(program), *arguments],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
