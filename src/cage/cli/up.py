"""`cage up`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cage.cli import options
from cage.cli.ending import Ending


@click.command("up")
@options.together(
    options.DIRECTORY,
    *options.FILES,
    options.TFSTATE,
    options.REGION,
    options.CLUSTER,
    options.SERVICE,
    options.TASK_DEFINITION_ARN,
    options.IDLE,
    options.STABLE,
    options.PROFILE,
    options.ENDPOINT_URL,
    options.YES,
    options.JSON,
    options.DEBUG,
)
def command(directory: Path | None, **flags: Any) -> Ending:
    """Create a service from its definition files, and prove that it is steady.

    DIR holds service.json (input of create-service) and task-definition.json (input of
    register-task-definition). A service that exists is refused before anything is
    registered.

    Exit codes: 0 created and steady; 2 usage or files, nothing changed; 3 refused,
    nothing created; 5 created and not proven steady; 130 and 143 interrupted.
    """
    if directory is None:
        raise click.UsageError("Name the directory that holds service.json.")
    from cage.cli import compose, files, running
    from cage.rollout.up import up

    found = files.definitions(directory, flags, needs_service=True)
    files.warn(found)
    compose.request(flags, found, "")
    made = running.clients(flags)
    request = compose.request(flags, found, made.region)
    question = f"Create service {request.service} in cluster {request.cluster}, {request.region}?"
    running.confirm(question, flags)
    return running.run(up, request, made, flags)
