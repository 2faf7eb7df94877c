"""`cage rollout`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cage.cli import options
from cage.cli.ending import Ending


@click.command("rollout")
@options.together(
    options.DIRECTORY,
    *options.FILES,
    options.TFSTATE,
    options.REGION,
    options.CLUSTER,
    options.SERVICE,
    options.TASK_DEFINITION_ARN,
    *options.ROLLING,
)
def command(directory: Path | None, **flags: Any) -> Ending:
    """Roll a new revision out to a service, canary first.

    DIR holds service.json (input of create-service) and task-definition.json (input of
    register-task-definition). Without DIR, name --cluster, --service and
    --task-definition-arn.

    Exit codes: 0 promoted; 2 usage or files, nothing changed; 3 aborted, service
    untouched; 4 rolled back; 5 service changed and not proven good; 130 and 143
    interrupted.
    """
    from cage.cli import compose, files, running
    from cage.cli.decisions import deciding
    from cage.rollout.rollout import rollout

    found = files.definitions(directory, flags, needs_service=bool(flags.get("update_service")))
    files.warn(found)
    compose.request(flags, found, "")
    made = running.clients(flags)
    request = compose.request(flags, found, made.region, directory=directory)
    question = f"Roll out service {request.service} in cluster {request.cluster}, {request.region}?"
    operation = deciding(rollout, request, flags)
    running.confirm(question, flags)
    return running.run(operation, request, made, flags)
