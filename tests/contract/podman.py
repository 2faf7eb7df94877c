"""Real containers: podman's Docker-compatible API, with all that it keeps in one folder."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

IMAGE = "localhost/cage-contract"
"""Its tag `good` is there; whoever asks for another asks for an image that isn't."""

_LONGEST_S = 600
_PLUGINS = ("/usr/lib/cni", "/usr/libexec/cni", "/opt/cni/bin")
_PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
_NEEDED = ("podman", "runc", "busybox")

_CONTAINERS = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]

[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
runtime = "runc"
tmp_dir = "{folder}/state"

[network]
cni_plugin_dirs = {plugins}
default_network = "contract"
network_backend = "cni"
network_config_dir = "{folder}/networks"
"""
_STORAGE = """\
[storage]
driver = "vfs"
graphroot = "{folder}/storage"
runroot = "{folder}/run"
"""
_CONTAINERFILE = "FROM scratch\nCOPY busybox /bin/busybox\n"


class UnavailableError(Exception):
    """No real containers can be had here; the text says why."""


@dataclasses.dataclass(frozen=True)
class Podman:
    """Podman, as its files in a folder configure it."""

    folder: Path

    @property
    def socket(self) -> str:
        return f"unix://{self.folder}/podman.sock"

    @property
    def program(self) -> str:
        return _program("podman")

    @property
    def env(self) -> dict[str, str]:
        return {
            "PATH": _PATH,
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
        }

    def configure(self) -> None:
        """Write its files. Containers get addresses that this machine reaches, and no others."""
        network = {
            "cniVersion": "0.4.0",
            "name": "contract",
            "plugins": [
                {
                    "type": "ptp",
                    "ipam": {
                        "type": "host-local",
                        "dataDir": f"{self.folder}/addresses",
                        "ranges": [[{"subnet": f"10.213.{os.getpid() % 256}.0/24"}]],
                    },
                }
            ],
        }
        for name in ("networks", "state", "image"):
            (self.folder / name).mkdir()
        there = [d for d in _PLUGINS if (Path(d) / "ptp").exists()]
        conf = _CONTAINERS.format(folder=self.folder, plugins=json.dumps(there))
        (self.folder / "containers.conf").write_text(conf)
        (self.folder / "storage.conf").write_text(_STORAGE.format(folder=self.folder))
        (self.folder / "networks" / "contract.conflist").write_text(json.dumps(network))

    def run(self, *arguments: str) -> str:
        """Run podman to its end.

        Raises:
            UnavailableError: It failed.
        """
        done = subprocess.run(
            [self.program, *arguments],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            said = done.stderr.strip().splitlines() or ["nothing"]
            raise UnavailableError(f"podman {arguments[0]} says: {said[-1]}")
        return done.stdout

    def build(self) -> None:
        """Build the image from nothing but BusyBox, and see that it runs."""
        shutil.copy(_program("busybox"), self.folder / "image" / "busybox")
        (self.folder / "image" / "Containerfile").write_text(_CONTAINERFILE)
        self.run("build", "--quiet", "--tag", f"{IMAGE}:good", str(self.folder / "image"))
        self.run("run", "--rm", f"{IMAGE}:good", "/bin/busybox", "true")


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    if found is None:
        raise UnavailableError(f"{name} isn't installed")
    return found


def _require() -> None:
    for name in _NEEDED:
        _program(name)
    if not any((Path(d) / "ptp").exists() for d in _PLUGINS):
        raise UnavailableError("the CNI plugins aren't installed")
    if os.geteuid() != 0:
        raise UnavailableError("podman is run as root here, and this is another user")


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Podman]:
    """Serve podman's API on a socket; it ends by itself when nobody ends it.

    Raises:
        UnavailableError: No container can be run here.
    """
    _require()
    podman = Podman(folder)
    podman.configure()
    podman.build()
    command = [podman.program, "system", "service", f"--time={_LONGEST_S}", podman.socket]
    with (folder / "service.log").open("wb") as log:
        service = subprocess.Popen(command, env=podman.env, stdout=log, stderr=log)
    try:
        pause = threading.Event()
        while not (folder / "podman.sock").exists():
            if service.poll() is not None:
                raise UnavailableError("podman's API ended before it was ready")
            pause.wait(0.05)
        yield podman
    finally:
        service.terminate()
        service.wait(timeout=20)
        podman.run("rm", "--all", "--force", "--time", "0")
