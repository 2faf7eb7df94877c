"""`cage render`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.definitions import Definitions
    from cage.options.invocation import Invocation


def _run(call: Invocation) -> Ending | int:
    import sys

    from cage.command import files
    from cage.wording.harmless import harmless_json

    files.required(call, "render", "that contains the definition files")
    found = files.read(call, needs_service=call.field("update_service"))
    sys.stdout.write(harmless_json(_rendered(found, call), 2) + "\n")
    return 0


def _rendered(found: Definitions, call: Invocation) -> Any:
    from cage.aws.shapes import EcsShapes
    from cage.definitions.kinds import SERVICE
    from cage.masking.mask import redacted
    from cage.options import output
    from cage.rollout.plan import plan

    service, task = redacted(found.service), redacted(found.task_definition)
    only = call.value(output.ONLY)
    if only:
        return service if only == SERVICE.stem else task
    return plan(call.request(service, task), EcsShapes())


VERB = Verb(
    name="render",
    summary="Print what would be sent to ECS, with secrets masked.",
    text="""\
DIR contains service.json (input of create-service) and task-definition.json (input of
register-task-definition). The inputs are printed under the AWS CLI names of their commands.
With --only, only that file's input is printed.

Exit codes: 0 printed; 2 usage or files.""",
    takes="directory files tfstate only place revision update_service desired_count access debug",
    run=_run,
    heading="Files",
    order=20,
    also=("template", "print"),
)
