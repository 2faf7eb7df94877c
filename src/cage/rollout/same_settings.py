"""A dead rollout is continued only with what it asked for, unless someone says otherwise."""

from __future__ import annotations

from cage.model import identity
from cage.model.errors import RefusedError
from cage.model.tasks import Task
from cage.options import asked
from cage.options.request import Request

OTHERWISE = "--allow-other-settings"


def refusal(trace: Task, request: Request, *, updated: bool) -> RefusedError | None:
    """Return why a rollout isn't continued with this request; None if it is.

    Args:
        trace: The canary of the dead rollout.
        updated: Whether it has updated the service already.
    """
    rollout = identity.rollout_of(trace)
    recorded = trace.tags.get(asked.TAG)
    if recorded is None:
        if updated or not trace.arn:
            return None
        return RefusedError(
            f"The settings of rollout {rollout} are not known.",
            f"Its canary has no tag {asked.TAG}, so its checks and approval can't be kept.",
            f"Roll out again. To continue with the settings given now, pass {OTHERWISE}.",
        )
    names = asked.differing(recorded, request, updated=updated)
    if not names:
        return None
    return RefusedError(
        f"Rollout {rollout} asked for other settings: {', '.join(names)}.",
        "Continued with those given now, the revision would be judged differently.",
        f"Pass the flags of that rollout, too. To continue without them, pass {OTHERWISE}.",
    )
