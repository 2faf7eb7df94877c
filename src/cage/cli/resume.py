"""`cage resume`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cage.cli import options
from cage.cli.ending import Ending


@click.command("resume")
@options.together(
    options.DIRECTORY,
    options.SERVICE_FILE,
    options.ENV_FILE,
    options.SET,
    options.TFSTATE,
    options.REGION,
    options.CLUSTER,
    options.SERVICE,
    *options.ROLLING,
)
def command(directory: Path | None, **flags: Any) -> Ending:
    """Carry on with a service's rollout whose process died, or clean up after it.

    It is found by its canary. If the service wasn't updated yet, the same revision is checked
    and rolled out again; nothing is registered. If it was, its deployment is followed to its
    end. What somebody else deployed since is left alone. DIR and flags say what is asked, as
    for cage rollout.

    Exit codes: those of cage rollout; 0 also if there is nothing to resume.
    """
    from cage.cli import compose, files, running
    from cage.cli.decisions import deciding
    from cage.rollout.recovery import resume

    needed = bool(flags.get("update_service"))
    found = files.definitions(directory, flags, needs_service=needed, needs_task=False)
    files.warn(found)
    compose.request(flags, found, "", resuming=True)
    made = running.clients(flags)
    request = compose.request(flags, found, made.region, directory=directory, resuming=True)
    question = f"Resume the rollout of service {request.service} in cluster {request.cluster}?"
    operation = deciding(resume, request, flags)
    running.confirm(question, flags)
    return running.run(operation, request, made, flags)
