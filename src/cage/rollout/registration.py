"""The step that every operation shares: getting its revision."""

from __future__ import annotations

from cage.model import events
from cage.model.base import short
from cage.model.errors import UsageError
from cage.model.events import Step
from cage.model.revisions import Revision
from cage.rollout.run import Run


async def revision_for(run: Run) -> Revision:
    """Register the next revision, or use the specified one.

    Raises:
        UsageError: No task definition and no revision was specified.
        AwsError: AWS refused, or didn't answer.
    """
    request = run.request
    if request.revision is not None:
        run.step(Step.REGISTER, f"use revision {short(request.revision)}")
        revision = await run.context.ecs.describe_revision(request.revision)
    elif request.task_definition is not None:
        family = request.task_definition.get("family")
        run.step(Step.REGISTER, f"register a revision of {family}")
        revision = await run.context.ecs.register_revision(request.task_definition)
    else:
        raise UsageError(
            "No task definition specified.",
            "No definition directory and no revision was specified.",
            "Specify a directory, or pass --task-definition-arn.",
        )
    run.revision = revision
    run.context.tell(events.RevisionReady(revision.arn, request.revision is None))
    return revision
