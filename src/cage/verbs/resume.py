"""`cage resume`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _deployment() -> Knob:
    from cage.knobs.kinds import Text
    from cage.knobs.knob import flag

    text = "The service deployment that a rollout left to ECS, as its ending names it."
    return flag("--deployment", Text("ID"), text, default="", heading="Rollout")


def _other_settings() -> Knob:
    from cage.knobs.knob import switch

    return switch(
        "--allow-other-settings",
        "Continue although the rollout asked for other checks, approvals or limits.",
        heading="Rollout",
    )


def _own() -> tuple[Knob, ...]:
    return (_deployment(), _other_settings())


def _run(call: Invocation) -> Ending | int:
    from cage.command import files, running
    from cage.command.decisions import deciding
    from cage.model import identity
    from cage.model.base import short
    from cage.rollout.recovery import look, resume

    needed = call.field("update_service")
    found = files.read(call, needs_service=needed, needs_task=False)
    made, request = running.prepared(call, found, resuming=True)
    deployment = call.value(_deployment())
    other = call.value(_other_settings())
    story = functools.partial(resume, deployment=deployment, other_settings=other)
    operation = deciding(story, request, call)
    if running.may_ask(call):
        place = request.place
        trace = running.ask(lambda context: look(context, request, deployment), made, place)
        if trace is not None:
            who = f"rollout {identity.rollout_of(trace)}" if trace.arn else "the deployment"
            what = f"{who} of {short(trace.revision_arn)}"
            running.confirm(f"Resume {what} in cluster {request.cluster}?", call)
    return running.run(operation, request, made, call)


VERB = Verb(
    name="resume",
    summary="Continue a rollout whose process died, or clean up after it.",
    text="""\
cage finds the rollout by its canary. If the service wasn't updated yet, the same revision is
checked and rolled out again; no new revision is registered. If it was, its deployment is
followed to its end. A later deployment by someone else is left alone. DIR and flags are those
of cage rollout.

The settings must be those of the dead rollout: its canary's tags show whether they are. If
they differ, cage refuses to continue.

cage follows a deployment in progress without a canary, too. It rolls such a deployment back only
if --deployment specifies it.

Exit codes: those of cage rollout; 0 also if there is nothing to resume.""",
    takes="naming own rollout access yes events show_settings debug",
    own=_own,
    run=_run,
    changes=True,
    heading="Rollouts",
    order=30,
    also=("continue",),
)
