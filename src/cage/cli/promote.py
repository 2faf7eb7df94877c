"""`cage promote`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cage.cli import deciding, options
from cage.cli.ending import Ending


@click.command("promote")
@options.together(*deciding.OPTIONS)
def command(directory: Path | None, **flags: Any) -> Ending | int:
    """Approve of the rollout of a service that waits for approval, from anywhere.

    Writes a tag on the rollout's canary task, and waits up to a minute until the rollout has
    updated the service. A rollout waits only with --approve, once its checks have passed. If
    somebody has asked to abort it, that wins.

    Exit codes: 0 it updates the service; 2 usage; 3 no rollout waits, or it was aborted all the
    same, or took no notice; 130 and 143 interrupted.
    """
    from cage.rollout.approval import promote

    return deciding.run(promote, directory, flags)
