"""`cage render`."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cage.cli import options

if TYPE_CHECKING:
    from cage.definitions import Definitions


@click.command("render")
@options.together(
    options.DIRECTORY,
    *options.FILES,
    options.TFSTATE,
    options.REGION,
    options.ONLY,
    options.CLUSTER,
    options.SERVICE,
    options.TASK_DEFINITION_ARN,
    options.UPDATE_SERVICE,
    options.PROFILE,
    options.ENDPOINT_URL,
    options.DEBUG,
)
def command(directory: Path | None, **flags: Any) -> int:
    """Print as JSON what would be sent to ECS, with the values of secrets masked.

    DIR holds service.json (input of create-service) and task-definition.json (input of
    register-task-definition). The inputs stand under the AWS CLI's names of their calls;
    with --only it is that file's input alone.

    Exit codes: 0 printed; 2 usage or files.
    """
    if directory is None:
        raise click.UsageError("Name the directory that holds the definition files.")
    from cage.cli import files

    found = files.definitions(directory, flags, needs_service=bool(flags["update_service"]))
    files.warn(found)
    sys.stdout.write(json.dumps(_rendered(found, flags), indent=2) + "\n")
    return 0


def _rendered(found: Definitions, flags: dict[str, Any]) -> Any:
    from cage.aws.shapes import EcsShapes
    from cage.cli import compose
    from cage.definitions.kinds import SERVICE, TASK_DEFINITION
    from cage.definitions.masking import masked
    from cage.rollout.plan import plan

    shapes = EcsShapes()
    shown = dataclasses.replace(
        found,
        service=found.service and masked(found.service, SERVICE.shape(shapes)),
        task_definition=found.task_definition
        and masked(found.task_definition, TASK_DEFINITION.shape(shapes)),
    )
    if flags["only"]:
        return shown.service if flags["only"] == SERVICE.stem else shown.task_definition
    return plan(compose.request(flags, shown, ""))
