"""`cage abort`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cage.cli import deciding, options
from cage.cli.ending import Ending


@click.command("abort")
@options.together(*deciding.OPTIONS)
def command(directory: Path | None, **flags: Any) -> Ending | int:
    """Abort the rollout of a service, from anywhere, as long as it hasn't changed the service.

    Writes a tag on the rollout's canary task, and waits up to a minute until the rollout has
    taken notice: it removes its canary, and the service is untouched. Any rollout can be
    aborted so, until it updates the service; after that, cage rollback puts the service back.

    Exit codes: 0 aborted, service untouched; 2 usage; 3 no live rollout, or it took no notice;
    5 too late, the service has been changed; 130 and 143 interrupted.
    """
    from cage.rollout.abort import abort

    return deciding.run(abort, directory, flags)
