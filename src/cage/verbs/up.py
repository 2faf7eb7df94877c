"""`cage up`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def canary() -> Knob:
    """Return the flag that asks for a canary task before the service exists."""
    from cage.knobs.knob import switch

    return switch(
        "--canary",
        "First start a canary task and run all checks on it, before the service exists.",
        heading="How",
    )


def _run(call: Invocation) -> Ending | int:
    import functools

    from cage.command import files, running
    from cage.command.decisions import deciding
    from cage.rollout.up import up

    files.required(call, "up", "that contains service.json")
    found = files.read(call, needs_service=True)
    made, request = running.prepared(call, found)
    operation = deciding(functools.partial(up, canary=call.value(canary())), request, call)
    place = f"cluster {request.cluster}, {request.region}"
    running.confirm(f"Create service {request.service} in {place}?", call)
    return running.run(operation, request, made, call)


VERB = Verb(
    name="up",
    summary="Create a service from its definition files, and confirm that it is steady.",
    text="""\
DIR contains service.json (input of create-service) and task-definition.json (input of
register-task-definition). If the service already exists, or a preflight check finds an error,
cage refuses before it registers anything. Tasks that keep failing end it early, with their cause;
cage rollout can then replace the deployment. Checks ask a canary task, with --canary only.

Exit codes: 0 created and steady; 2 usage or files; 3 refused or aborted, nothing
created; 5 created, not confirmed steady; 130 and 143 interrupted.""",
    takes="directory files tfstate place revision own canary_instance on_pause verify "
    "allow_active_alarms wait_for_turn_s lock_as checks timeouts.running_s "
    "timeouts.health_check_s timeouts.stopped_s timeouts.idle_s timeouts.stable_s "
    "extras access yes events show_settings debug",
    own=lambda: (canary(),),
    run=_run,
    changes=True,
    heading="Rollouts",
    order=10,
    also=("create",),
)
