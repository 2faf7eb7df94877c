"""How to recognize a canary task: from ECS alone, even if the run that started it is dead."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from cage.model.services import Service
from cage.model.tasks import Task, TaskRequest

GROUP = "cage:canary-task:"
"""The prefix of a canary task's group. The service's name follows."""

TAG_PREFIX = "cage:"
"""The prefix of all of cage's own tags."""

ROLLOUT_TAG = "cage:rollout"
SERVICE_TAG = "cage:service"
LEASE_TAG = "cage:lease-until"
"""Until when the rollout that started the task is known to be alive. The rollout renews it."""

FROM_TAG = "cage:from"
"""The healthy revision, as `family:number`, that the service ran before; absent if none."""

LEASE_S = 90.0
RENEW_S = 30.0

_STARTED_BY_MOST = 36


def group(service: str) -> str:
    """Return the group of a service's canary tasks."""
    return GROUP + service


def started_by(service: str) -> str:
    """Return the startedBy of a service's canary tasks, which ListTasks can filter by.

    At most 36 characters (ECS API reference, StartTask; RunTask accepts 128), so a long name is
    cut and hashed.
    """
    full = f"cage/{service}"
    if len(full) <= _STARTED_BY_MOST:
        return full
    digest = hashlib.sha256(service.encode()).hexdigest()[:16]
    return f"{full[: _STARTED_BY_MOST - 17]}-{digest}"


def tags(
    service: Service, rollout_id: str, now: datetime, good_revision_arn: str | None = None
) -> dict[str, str]:
    """Return the tags of a new canary task; none if the account's ARN format doesn't support tags.

    Args:
        good_revision_arn: The revision to roll back to if the rollout fails; None if there is none.
    """
    if not service.can_be_tagged:
        return {}
    found = {ROLLOUT_TAG: rollout_id, SERVICE_TAG: service.name, LEASE_TAG: lease(now)}
    if good_revision_arn:
        found[FROM_TAG] = good_revision_arn.rpartition("/")[2]
    return found


def lease(now: datetime) -> str:
    """Return the value of the lease tag for a rollout that is alive now."""
    return (now + timedelta(seconds=LEASE_S)).strftime("%Y-%m-%dT%H:%M:%SZ")


def lease_until(task: Task) -> datetime | None:
    """Return until when the task's rollout is known to be alive; None if the task has no lease."""
    return moment(task.tags.get(LEASE_TAG, ""))


def moment(text: str) -> datetime | None:
    """Return the time that a tag contains; None unless it is one with a zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def service_of(task: Task) -> str | None:
    """Return the service whose canary this task is, from its group and starter, or None."""
    name = task.group.removeprefix(GROUP)
    is_canary = task.group.startswith(GROUP) and task.started_by == started_by(name)
    return name if is_canary and task.tags.get(SERVICE_TAG, name) == name else None


def rollout_of(task: Task) -> str:
    """Return the id of the rollout that started a canary, or words that say it is unknown."""
    return task.tags.get(ROLLOUT_TAG) or "an unknown rollout"


def is_own(task: Task, request: TaskRequest) -> bool:
    """Return whether this very request, whose answer was lost, started a task.

    If tasks don't support tags, the group alone must do: another rollout's canary would have
    been refused or swept before the request was made.
    """
    mine = request.tags.get(ROLLOUT_TAG)
    return task.group == request.group and (mine is None or task.tags.get(ROLLOUT_TAG) == mine)
