"""`cage rollback`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _to() -> Knob:
    from cage.knobs.kinds import Text
    from cage.knobs.knob import flag

    return flag(
        "--to",
        Text("REVISION"),
        "Roll back to this revision: ARN, family:revision, or its number alone.",
        heading="Service",
    )


def _run(call: Invocation) -> Ending | int:
    import dataclasses
    from functools import partial

    from cage.command import files, running
    from cage.rollout.previous_revision import look
    from cage.rollout.rollback import rollback

    made, request = running.prepared(call, files.naming(call), resuming=True)
    revision = call.value(_to())
    request = dataclasses.replace(request, revision=revision)
    if not running.may_ask(call):
        return running.run(rollback, request, made, call)
    place = request.place
    choice = running.ask(lambda context: look(context, revision), made, place)
    running.confirm(choice.question(place.service, place.cluster), call)
    return running.run(partial(rollback, agreed=choice), request, made, call)


VERB = Verb(
    name="rollback",
    summary="Roll back a service to its previous steady revision.",
    text="""\
No canary is started, so it is quick. A deployment in progress is replaced.

Revisions that were rolled back are skipped, so a second rollback goes further back. If ECS
rolls back this rollback, cage follows that to its end.

Exit codes: 0 confirmed running the old revision; 2 usage; 3 refused, service untouched; 4 ECS
rolled the service back to what it ran before; 5 service changed, not confirmed healthy; 6 ECS
is still deploying; 130 and 143 interrupted.""",
    takes="naming own timeouts.stable_s lock_as access yes events show_settings debug",
    own=lambda: (_to(),),
    run=_run,
    changes=True,
    heading="Rollouts",
    order=60,
    also=("undo", "revert"),
)
