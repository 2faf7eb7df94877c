"""What commands import: what they need, and nothing that makes everybody wait."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cage.verbs.verb import verbs

_CAGE = str(Path(sys.executable).with_name("cage"))
_ROOT = Path(__file__).parents[2]
_SLOW = {
    *("asyncio", "concurrent", "ctypes", "difflib", "email", "html", "http", "importlib.metadata"),
    *("logging", "multiprocessing", "socket", "ssl", "subprocess", "tempfile", "urllib.request"),
    *("xml", "zipfile"),
}
"""Modules of the standard library that take long to import, with all that is in them."""

_START = {"cage._version", "cage.cli", "cage.model", "cage.registry", "cage.verbs"}
_COMMAND = {
    *("click", "cage.availability", "cage.checks", "cage.command", "cage.knobs", "cage.options"),
    "cage.lazy",
    *("cage.wording",),
}
_CHECKS = {"cage.runtime"}
_FILES = {"cage.aws", "cage.definitions", "cage.masking", "cage.ports", "ecs_rules"}

_ALLOWED: dict[str, set[str]] = {
    "--help": _START,
    "--version": _START,
    **{f"{verb.name} --help": _START | _COMMAND | _CHECKS for verb in verbs()},
    "help --help": _START | _COMMAND | _CHECKS | {"cage.runbooks"},
    "policy --help": _START | _COMMAND | {"cage.policy"},
    "check examples/web": _START | _COMMAND | _CHECKS | _FILES,
    "render examples/web": _START
    | _COMMAND
    | _CHECKS
    | _FILES
    | {"cage.deployment", "cage.ports", "cage.rollout", "logging"},
    "schema service": _START | _COMMAND | _CHECKS | _FILES | {"html"},
    "schema cage": _START | _COMMAND | _CHECKS | _FILES | {"html"},
}


def _imported(command: str) -> set[str]:
    """Return what a command imports: packages of others, slow modules, and parts of cage."""
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", _CAGE, *command.split()],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: set[str] = set()
    for line in ran.stderr.splitlines():
        name = line.rpartition("|")[2].strip()
        top, _, rest = name.partition(".")
        if name in _SLOW or top in _SLOW:
            found.add(name if name in _SLOW else top)
        elif top == "cage" and rest:
            found.add(".".join(name.split(".")[:2]))
        elif line.startswith("import time:") and top not in sys.stdlib_module_names:
            found.add(top)
    return found - _BEFORE


_BEFORE = {"cage", "imported package", "sitecustomize", "_distutils_hack", "org"}
"""Not imports of a command: a heading, and what the environment and `pickle` add."""


@pytest.mark.parametrize("command", list(_ALLOWED))
def test_a_command_imports_only_what_it_needs(command: str) -> None:
    assert _imported(command) - _ALLOWED[command] == set()


def test_a_rehearsal_needs_far_more_and_the_list_would_show_it() -> None:
    assert {"botocore", "anyio", "ssl", "ecs_simulator"} <= _imported("rehearse examples/web")
