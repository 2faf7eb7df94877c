"""`cage rollback`: back to what was steady, proven; or refused, with nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage import events
from cage.events import Event, Journal
from cage.operations.request import Request, Timeouts
from cage.operations.rollback import rollback
from cage.outcome import Aborted, Outcome, Promoted, Unproven
from cage.simulator import loop
from cage.simulator.shapes import SHAPES
from cage.simulator.world import ApiError

if TYPE_CHECKING:
    from cage.simulator.stage import Stage


def _deploy(stage: Stage, *, wait: bool = True) -> None:
    """Deploy one more revision by hand."""
    made = stage.call("register_task_definition", **stage.task_definition)
    arn = made["taskDefinition"]["taskDefinitionArn"]
    stage.call("update_service", cluster=stage.cluster, service="web", taskDefinition=arn)
    while wait and stage.service.primary.rollout_state != "COMPLETED":
        stage.world.run_until(stage.world.now + 5)


def _back(
    stage: Stage, to: str | None = None, *, stable_s: float = 900
) -> tuple[Outcome, list[Event]]:
    told: list[Event] = []
    request = Request(
        "us-east-1", stage.cluster, "web", revision=to, timeouts=Timeouts(stable_s=stable_s)
    )
    result = loop.run(
        lambda: rollback(stage.gateway(), request, Journal("back", (told.append,))),
        at_s=stage.world.now,
    )
    return result.outcome, told


def _runs(stage: Stage) -> str:
    return str(stage.service.primary.revision.arn.rpartition("/")[2])


def test_it_goes_back_to_the_last_steady_revision_and_proves_it() -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)
    outcome, told = _back(stage)
    assert isinstance(outcome, Promoted)
    assert (_runs(stage), stage.service.primary.rollout_state) == ("web:1", "COMPLETED")
    (chosen,) = [e for e in told if isinstance(e, events.RollbackChosen)]
    assert "ended well" in chosen.why
    assert "RunTask" not in stage.api.calls


def test_a_deployment_in_progress_is_replaced_and_said_so() -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)
    _deploy(stage, wait=False)
    outcome, told = _back(stage)
    assert isinstance(outcome, Promoted)
    assert _runs(stage) == "web:2"
    assert any(isinstance(e, events.Noticed) and "is replaced" in e.message for e in told)


def test_the_revision_that_is_named_by_its_number_is_taken() -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)
    _deploy(stage)
    assert isinstance(_back(stage, "1")[0], Promoted)
    assert _runs(stage) == "web:1"


def test_without_leave_to_see_deployments_the_family_says_what_was_before() -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)

    def deny(name: str, _: object) -> None:
        if name == "ListServiceDeployments":
            raise ApiError("AccessDeniedException", "no")

    stage.world.gates.append(deny)
    outcome, told = _back(stage)
    assert isinstance(outcome, Promoted)
    assert _runs(stage) == "web:1"
    (chosen,) = [e for e in told if isinstance(e, events.RollbackChosen)]
    assert "revision before" in chosen.why


def test_with_nothing_to_go_back_to_or_the_same_revision_it_is_refused() -> None:
    stage = SHAPES["fargate"]().stage()
    for to in (None, "web:1", "web:9"):
        outcome, _ = _back(stage, to)
        assert isinstance(outcome, Aborted)
    assert "UpdateService" not in stage.api.calls


def test_a_rollback_that_is_not_proven_in_time_says_so() -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)
    outcome, _ = _back(stage, stable_s=5)
    assert isinstance(outcome, Unproven)
    assert "describe-services" in outcome.remedy
