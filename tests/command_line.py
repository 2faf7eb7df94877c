"""The command line as a user or a CI job runs it: in a pipe, without a terminal.

It runs in this process: starting one takes longer than most commands. A test about the process
itself (its signals, its pipes, what it imports) starts `CAGE`.
"""

from __future__ import annotations

import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import pytest

from cage.cli.main import main

ROOT = Path(__file__).parents[1]
CAGE = Path(sys.executable).with_name("cage")


def run(*arguments: str, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a directory that is its home too, with these variables alone."""
    kept = {"PATH": os.environ["PATH"], "HOME": str(cwd), "AWS_EC2_METADATA_DISABLED": "true"}
    return run_with(kept | environ, *arguments, cwd=cwd)


def run_with(
    env: Mapping[str, str], *arguments: str, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run a command in this environment."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    logger = logging.getLogger("cage")
    level = logger.level
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch, Path(os.devnull).open() as nothing:
        patch.chdir(cwd)
        for name in os.environ:
            patch.delenv(name)
        for name, value in env.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["cage", *arguments])
        patch.setattr(sys, "stdin", nothing)
        patch.setattr(sys, "stdout", streams[0])
        patch.setattr(sys, "stderr", streams[1])
        patch.setattr(os, "_exit", _exit)
        with pytest.raises(SystemExit) as ended:
            main()
    for number, handler in handlers.items():
        signal.signal(number, handler)
    logger.setLevel(level)  # --debug changes it
    code = ended.value.code
    assert isinstance(code, int)
    out, err = [stream.buffer.getvalue().decode() for stream in streams]
    return subprocess.CompletedProcess(arguments, code, out, err)


def _exit(code: int) -> NoReturn:
    raise SystemExit(code)
