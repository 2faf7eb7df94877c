"""What ECS describes, and what it means for our deployment."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cage.aws import translate
from cage.deployment.judgment import SEEN_WITHIN_S, Fate, Ours, judge
from cage.model.services import Service

_FAMILY = "arn:aws:ecs:us-east-1:123456789012:task-definition/web"
_OURS = Ours("ecs-svc/2", f"{_FAMILY}:2", frozenset({"ecs-svc/1"}), f"{_FAMILY}:1")


def _deployment(
    number: int, status: str, state: str, *, revision: int | None = None, reason: str = ""
) -> dict[str, Any]:
    return {
        "id": f"ecs-svc/{number}",
        "status": status,
        "taskDefinition": f"{_FAMILY}:{revision or number}",
        "desiredCount": 2,
        "runningCount": 2,
        "pendingCount": 0,
        "failedTasks": 0,
        "rolloutState": state,
        "rolloutStateReason": reason,
    }


def _service(*deployments: dict[str, Any], **more: Any) -> Service:
    return translate.service(
        {
            "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/web",
            "serviceName": "web",
            "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/main",
            "status": "ACTIVE",
            "desiredCount": 2,
            "runningCount": 2,
            "pendingCount": 0,
            "taskDefinition": deployments[0]["taskDefinition"],
            "deployments": list(deployments),
            "events": [],
            **more,
        }
    )


def _fate(*deployments: dict[str, Any], missing_s: float = 0.0) -> Fate | None:
    judgment = judge(_service(*deployments), _OURS, missing_s=missing_s)
    return judgment.fate if judgment else None


_BREAKER = "ECS deployment circuit breaker: "
_FAILED = _deployment(2, "ACTIVE", "FAILED", reason=_BREAKER + "tasks failed to start.")


@pytest.mark.parametrize("missing_s", [0.0, SEEN_WITHIN_S - 1])
def test_a_list_from_before_the_update_decides_nothing(missing_s: float) -> None:
    assert _fate(_deployment(1, "PRIMARY", "COMPLETED"), missing_s=missing_s) is None


def test_a_deployment_that_stays_away_was_superseded_by_what_came_back() -> None:
    old = _deployment(1, "PRIMARY", "COMPLETED")
    assert _fate(old, missing_s=SEEN_WITHIN_S) is Fate.SUPERSEDED


def test_a_deployment_that_nobody_knew_supersedes_ours_at_once() -> None:
    assert _fate(_deployment(3, "PRIMARY", "IN_PROGRESS")) is Fate.SUPERSEDED


def test_ecs_rolls_back_by_the_reason_that_it_gives() -> None:
    back = _deployment(
        3, "PRIMARY", "IN_PROGRESS", revision=1, reason=_BREAKER + "rolling back to deploymentId x."
    )
    assert _fate(back, _FAILED) is Fate.ROLLED_BACK
    assert _fate(back) is Fate.ROLLED_BACK


_BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)
_SINCE = dataclasses.replace(_OURS, since=_BEGAN)


def _back_again(**more: Any) -> Service:
    """The deployment from before ours, PRIMARY again under its old id, as ECS rolls back."""
    return _service(_deployment(1, "PRIMARY", "COMPLETED", revision=1), **more)


def _told(at: datetime) -> dict[str, Any]:
    message = "(service web) rolling back to deployment ecs-svc/1."
    return {"events": [{"id": "1", "createdAt": at, "message": message}]}


def test_a_rollback_to_the_old_deployment_under_its_old_id_is_one() -> None:
    after = _back_again(**_told(_BEGAN + timedelta(minutes=5)))
    judgment = judge(after, _SINCE, missing_s=0.0)
    assert judgment is not None
    assert judgment.fate is Fate.ROLLED_BACK


def test_the_cause_of_a_rollback_is_told_although_only_its_end_was_seen() -> None:
    at = _BEGAN + timedelta(minutes=5)
    failed = "(service web) (deployment ecs-svc/2) deployment failed: tasks failed to start."
    told = _told(at)["events"]
    done = "ECS deployment ecs-svc/1 completed."
    back = _deployment(1, "PRIMARY", "COMPLETED", revision=1, reason=done)
    for events, said in (
        ([*told, {"id": "0", "createdAt": at, "message": failed}], failed),
        (told, "ECS rolled the deployment back and gives no reason"),
    ):
        judgment = judge(_service(back, events=events), _SINCE, missing_s=0.0)
        assert judgment is not None
        assert (judgment.fate, judgment.message) == (Fate.ROLLED_BACK, said)


def test_an_older_rollback_to_the_same_deployment_says_nothing_about_ours() -> None:
    before = _back_again(**_told(_BEGAN - timedelta(minutes=5)))
    assert judge(before, _SINCE, missing_s=0.0) is None
    reason = _BREAKER + "rolling back to deploymentId ecs-svc/1."
    stale = _service(_deployment(1, "PRIMARY", "IN_PROGRESS", revision=1, reason=reason))
    assert judge(stale, _SINCE, missing_s=0.0) is None
    judgment = judge(stale, _SINCE, missing_s=SEEN_WITHIN_S)
    assert judgment is not None
    assert judgment.fate is Fate.ROLLED_BACK


def test_ecs_rolls_back_to_the_revision_that_was_good_though_it_gives_no_reason() -> None:
    assert _fate(_deployment(3, "PRIMARY", "IN_PROGRESS", revision=1), _FAILED) is Fate.ROLLED_BACK


def test_ecs_rolls_back_to_the_deployment_that_the_failed_one_names() -> None:
    failed = {**_FAILED, "rolloutStateReason": _BREAKER + "rolling back to deploymentId ecs-svc/9."}
    assert _fate(_deployment(9, "PRIMARY", "IN_PROGRESS", revision=7), failed) is Fate.ROLLED_BACK


def test_a_fix_after_ours_failed_is_no_rollback() -> None:
    assert _fate(_deployment(3, "PRIMARY", "IN_PROGRESS"), _FAILED) is Fate.SUPERSEDED


def test_going_back_by_hand_while_ours_is_well_is_no_rollback_of_ecs() -> None:
    ours = _deployment(2, "ACTIVE", "IN_PROGRESS")
    assert _fate(_deployment(3, "PRIMARY", "IN_PROGRESS", revision=1), ours) is Fate.SUPERSEDED


def test_a_service_without_rollout_states_is_judged_by_its_counts() -> None:
    ours = {**_deployment(2, "PRIMARY", "")}
    del ours["rolloutState"]
    assert _fate(ours) is Fate.PROVEN
    assert _fate({**ours, "runningCount": 1}) is None


def test_a_completed_deployment_of_which_no_task_runs_is_not_proven() -> None:
    gone = {**_deployment(2, "PRIMARY", "COMPLETED"), "runningCount": 0}
    assert _fate(gone) is None
    assert _fate({**gone, "runningCount": 1}) is Fate.PROVEN
    assert _fate({**gone, "desiredCount": 0}) is Fate.PROVEN


@pytest.mark.parametrize(
    ("message", "fate"),
    [
        ("(service web) rolling back to deployment ecs-svc/3.", Fate.ROLLED_BACK),
        ("(service web) rolling back to deployment ecs-svc/33.", Fate.SUPERSEDED),
        ("(service web) has reached a steady state.", Fate.SUPERSEDED),
    ],
)
def test_where_nobody_looked_for_minutes_the_events_tell_that_ecs_rolled_back(
    message: str, fate: Fate
) -> None:
    event = {"id": "1", "createdAt": datetime(2030, 1, 7, tzinfo=UTC), "message": message}
    back = _deployment(3, "PRIMARY", "COMPLETED", revision=1, reason="completed.")
    judgment = judge(_service(back, events=[event]), _OURS, missing_s=300.0)
    assert judgment is not None
    assert judgment.fate is fate
