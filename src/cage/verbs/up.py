"""`cage up`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.options.invocation import Invocation


def _run(call: Invocation) -> Ending | int:
    from cage.command import files, running
    from cage.rollout.up import up

    files.required(call, "up", "that contains service.json")
    found = files.read(call, needs_service=True)
    made, request = running.prepared(call, found)
    place = f"cluster {request.cluster}, {request.region}"
    running.confirm(f"Create service {request.service} in {place}?", call)
    return running.run(up, request, made, call)


VERB = Verb(
    name="up",
    summary="Create a service from its definition files, and confirm that it is steady.",
    text="""\
DIR contains service.json (input of create-service) and task-definition.json (input of
register-task-definition). If the service already exists, cage refuses before it registers anything.

Exit codes: 0 created and steady; 2 usage or files, nothing changed; 3 refused, nothing
created; 5 created, not confirmed steady; 130 and 143 interrupted.""",
    takes="directory files tfstate place revision timeouts.idle_s timeouts.stable_s "
    "access yes events show_settings debug",
    run=_run,
    changes=True,
    heading="Rollouts",
    order=10,
    also=("create",),
)
