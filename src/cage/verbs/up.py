"""`cage up`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _settings() -> Sequence[Knob]:
    from cage.options import groups, output
    from cage.options.request import field_of

    return (
        output.DIRECTORY,
        *groups.FILES,
        groups.TFSTATE,
        *groups.PLACE,
        groups.REVISION,
        field_of("timeouts.idle_s"),
        field_of("timeouts.stable_s"),
        *groups.ACCESS,
        output.YES,
        *output.EVENTS,
        output.SHOW_SETTINGS,
        output.DEBUG,
    )


def _run(call: Invocation) -> Ending | int:
    from cage.command import files, running
    from cage.rollout.up import up

    files.required(call, "that holds service.json")
    found = files.definitions(call, needs_service=True)
    files.warn(found)
    made, request = running.prepared(call, found)
    place = f"cluster {request.cluster}, {request.region}"
    running.confirm(f"Create service {request.service} in {place}?", call)
    return running.run(up, request, made, call)


VERB = Verb(
    name="up",
    summary="Create a service from its definition files, and confirm that it is steady.",
    text="""\
DIR holds service.json (input of create-service) and task-definition.json (input of
register-task-definition). A service that exists is refused before anything is registered.

Exit codes: 0 created and steady; 2 usage or files, nothing changed; 3 refused, nothing
created; 5 created, not confirmed steady; 130 and 143 interrupted.""",
    settings=_settings,
    run=_run,
    heading="Rollouts",
    order=10,
    also=("create",),
)
