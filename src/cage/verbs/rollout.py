"""`cage rollout`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.options.invocation import Invocation


def _run(call: Invocation) -> Ending | int:
    from cage.command import files, running
    from cage.command.decisions import deciding
    from cage.rollout import settings
    from cage.rollout.rollout import rollout

    found = files.read(call, needs_service=call.field("update_service"))
    made, request = running.prepared(call, found)
    operation = deciding(rollout, request, call)
    running.confirm_with(
        f"Roll out service {request.service} in cluster {request.cluster}, {request.region}?",
        lambda context: settings.look(context, request),
        request,
        made,
        call,
    )
    return running.run(operation, request, made, call)


VERB = Verb(
    name="rollout",
    summary="Roll a new revision out to a service, canary first.",
    text="""\
DIR contains service.json (input of create-service) and task-definition.json (input of
register-task-definition). Without DIR, specify --cluster, --service and --task-definition-arn.

Exit codes: 0 promoted; 2 usage or files, nothing changed; 3 aborted, service untouched; 4
rolled back; 5 service changed, not confirmed healthy; 6 ECS is still deploying, and nothing is
wrong; 130 and 143 interrupted.""",
    takes="directory files tfstate place revision rollout access yes events show_settings debug",
    run=_run,
    changes=True,
    heading="Rollouts",
    order=20,
    also=("deploy", "apply", "update"),
)
