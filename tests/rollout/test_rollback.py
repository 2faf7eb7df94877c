"""`cage rollback`: back to what was steady, proven; or refused, with nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cage.model import events
from cage.model.events import Event
from cage.model.images import is_latest
from cage.model.outcome import Aborted, Outcome, Promoted, RolledBack, StillFinishing
from cage.options.request import Request
from cage.options.timeouts import Timeouts
from cage.rehearsal.shapes import SHAPES
from cage.rollout.previous_revision import look
from cage.rollout.rollback import rollback
from cage.runtime.journal import Journal
from ecs_simulator import loop
from ecs_simulator.world import ApiError
from tests.stories import tell

if TYPE_CHECKING:
    from cage.rehearsal.stage import Stage
    from ecs_simulator.world.task_entities import SimTask


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
        lambda: rollback(stage.context(Journal("back", (told.append,))), request),
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
    assert "last steady revision" in chosen.why
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
    assert "previous revision" in chosen.why


def test_with_nothing_to_go_back_to_or_the_same_revision_it_is_refused() -> None:
    stage = SHAPES["fargate"]().stage()
    for to in (None, "web:1", "web:9"):
        outcome, _ = _back(stage, to)
        assert isinstance(outcome, Aborted)
    assert "UpdateService" not in stage.api.calls


def test_a_rollback_that_is_not_proven_in_time_is_left_to_ecs_with_the_command_that_continues() -> (
    None
):
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)
    outcome, told = _back(stage, stable_s=5)
    assert isinstance(outcome, StillFinishing)
    finished = told[-1]
    assert isinstance(finished, events.OperationFinished)
    assert finished.resume.startswith("cage resume --region us-east-1 --cluster main --service web")
    assert "--on-failure keep" in finished.resume
    assert finished.resume.endswith(f"--deployment={outcome.deployment}")


def test_a_second_rollback_goes_further_back_and_never_forward_again() -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)
    _deploy(stage)
    assert isinstance(_back(stage)[0], Promoted)
    assert _runs(stage) == "web:2"
    assert isinstance(_back(stage)[0], Promoted)
    assert _runs(stage) == "web:1"
    outcome, _ = _back(stage)
    assert isinstance(outcome, Aborted)
    assert "No revision before web:1" in outcome.message
    assert _runs(stage) == "web:1"


def test_a_revision_that_was_rolled_back_from_is_skipped_for_good() -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)
    _back(stage)
    _deploy(stage)
    assert _runs(stage) == "web:3"
    _back(stage)
    assert _runs(stage) == "web:1"


def test_what_was_steady_is_found_beyond_the_first_page_of_deployments() -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)
    for _ in range(24):
        stage.call("update_service", cluster="main", service="web", forceNewDeployment=True)
        while stage.service.primary.rollout_state != "COMPLETED":
            stage.world.run_until(stage.world.now + 30)
    before = stage.api.calls.count("ListServiceDeployments")
    assert isinstance(_back(stage)[0], Promoted)
    assert _runs(stage) == "web:1"
    assert stage.api.calls.count("ListServiceDeployments") - before == 2


def test_ecs_own_rollback_of_the_rollback_is_followed_and_told() -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)

    def break_it(task: SimTask) -> None:
        if task.revision.number == 1:
            task.plan.answers_s = 3600.0
            task.plan.exits.append(("", 5.0, 1, ""))

    stage.world.tasks.behaviors.append(break_it)
    outcome, _ = _back(stage)
    assert isinstance(outcome, RolledBack)
    assert outcome.by == "ECS"
    assert outcome.revision_arn.endswith("web:2")
    assert "back on web:2, the revision to leave" in outcome.remedy
    assert (_runs(stage), stage.service.primary.rollout_state) == ("web:2", "COMPLETED")


def test_a_service_that_moves_traffic_is_put_back_through_its_stages() -> None:
    stage = tell("fargate-blue-green").act.stage
    outcome, told = _back(stage)
    assert isinstance(outcome, Promoted)
    assert _runs(stage) == "web:1"
    stages = {e.stage for e in told if isinstance(e, events.DeploymentProgressed)}
    assert "BAKE_TIME" in stages


def test_the_question_names_both_revisions_and_the_answer_is_for_them_only() -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)
    choice = loop.run(lambda: look(stage.context(), None), at_s=stage.world.now)
    assert choice.question("web", "main") == (
        "Roll back service web in cluster main from web:2 to web:1, the last steady revision "
        "before it?"
    )
    _deploy(stage)
    request = Request("us-east-1", stage.cluster, "web")
    refused = loop.run(
        lambda: rollback(stage.context(Journal("back", ())), request, agreed=choice),
        at_s=stage.world.now,
    )
    assert isinstance(refused.outcome, Aborted)
    assert "since the revision was chosen" in refused.outcome.message
    assert _runs(stage) == "web:3"


def test_a_deployment_that_is_stuck_is_refused_with_the_command_that_ends_it() -> None:
    def get_stuck(stage: Stage) -> None:
        stage.world.tasks.behaviors.append(
            lambda task: setattr(task.plan, "reachable", task.revision.number == 1)
        )
        _deploy(stage, wait=False)
        stage.world.run_until(stage.world.now + 3600)
        assert stage.service.primary.rollout_state == "IN_PROGRESS"

    service = {**SHAPES["fargate"]().service, "deploymentConfiguration": {}}
    story = tell("fargate", prepare=get_stuck, service_definition=service, holds=False)
    assert isinstance(story.outcome, Aborted)
    assert "cage rollback --region us-east-1 --cluster main --service web" in story.outcome.remedy
    stage = story.act.stage
    assert isinstance(_back(stage)[0], Promoted)
    assert (_runs(stage), stage.service.primary.rollout_state) == ("web:1", "COMPLETED")
    assert stage.world.healthy_targets(stage.service) == 3


def test_of_another_family_what_was_registered_earlier_is_older() -> None:
    stage = SHAPES["fargate"]().stage()
    stage.world.run_until(stage.world.now + 60)
    made = stage.call("register_task_definition", **{**stage.task_definition, "family": "api"})
    arn = made["taskDefinition"]["taskDefinitionArn"]
    stage.call("update_service", cluster=stage.cluster, service="web", taskDefinition=arn)
    while stage.service.primary.rollout_state != "COMPLETED":
        stage.world.run_until(stage.world.now + 5)
    assert isinstance(_back(stage)[0], Promoted)
    assert _runs(stage) == "web:1"
    assert isinstance(_back(stage)[0], Aborted)
    assert _runs(stage) == "web:1"


def _expiring(stage: Stage, calls: int) -> None:
    """Let the credentials expire after so many calls."""
    made: list[str] = []

    def gate(name: str, _: object) -> None:
        made.append(name)
        if len(made) > calls:
            raise ApiError("ExpiredTokenException", "The security token is expired")

    stage.world.gates.append(gate)


PLACE = "--region us-east-1 --cluster main --service web"


@pytest.mark.parametrize("calls", range(9))
def test_credentials_that_expire_at_any_call_leave_a_true_last_word(calls: int) -> None:
    stage = SHAPES["fargate"]().stage()
    _deploy(stage)
    _expiring(stage, calls)
    outcome, told = _back(stage)
    finished = told[-1]
    assert isinstance(finished, events.OperationFinished)
    if _runs(stage) == "web:2":
        assert isinstance(outcome, Aborted)
        assert finished.resume == ""
    else:
        assert isinstance(outcome, StillFinishing)
        assert finished.resume.startswith(f"cage resume {PLACE}")


def _rolled_back_from(stage: Stage, image: str | None = None) -> list[str]:
    """Deploy a revision with another image for one container, roll back, return the notes."""
    first, *others = stage.task_definition["containerDefinitions"]
    changed = {**first, "image": image or first["image"]}
    task = {**stage.task_definition, "containerDefinitions": [changed, *others]}
    made = stage.call("register_task_definition", **task)
    arn = made["taskDefinition"]["taskDefinitionArn"]
    stage.call("update_service", cluster=stage.cluster, service="web", taskDefinition=arn)
    while stage.service.primary.rollout_state != "COMPLETED":
        stage.world.run_until(stage.world.now + 5)
    outcome, told = _back(stage)
    assert isinstance(outcome, Promoted)
    assert _runs(stage) == "web:1"
    return [e.message for e in told if isinstance(e, events.Noticed)]


def test_a_rollback_says_that_a_tag_of_both_revisions_can_lead_to_the_same_image() -> None:
    (note,) = _rolled_back_from(SHAPES["ec2-bridge"]().stage())
    assert note.startswith("web:1 and web:2 both name registry.test/log:1 and registry.test/web:1:")
    assert "the image that you are leaving" in note


def test_a_rollback_to_an_image_of_another_name_needs_no_such_note() -> None:
    assert _rolled_back_from(SHAPES["ec2-bridge"]().stage(), "registry.test/log:2") == []


@pytest.mark.parametrize(
    ("image", "moves"),
    [("web", True), ("web:latest", True), ("host:5000/a/web", True), ("host:5000/web:1", False),
     ("web:1", False), ("web@sha256:" + "0a" * 32, False), ("web:latest@sha256:aa", False)],
)  # fmt: skip
def test_a_name_without_a_tag_means_latest(image: str, *, moves: bool) -> None:
    assert is_latest(image) == moves


def test_a_rollback_goes_on_though_the_revision_that_it_leaves_cannot_be_described() -> None:
    stage = SHAPES["ec2-bridge"]().stage()
    _deploy(stage)

    def gate(operation: str, params: dict[str, object]) -> None:
        if operation == "DescribeTaskDefinition" and str(params["taskDefinition"]).endswith(":2"):
            raise ApiError("ClientException", "no")

    stage.world.gates.append(gate)
    outcome, told = _back(stage)
    assert isinstance(outcome, Promoted)
    assert not [e for e in told if isinstance(e, events.Noticed) and "both name" in e.message]
