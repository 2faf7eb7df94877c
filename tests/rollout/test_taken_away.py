"""What the canary stands on is taken away by others: it goes all the same, and hurts nobody."""

from __future__ import annotations

from cage.model import events
from cage.model.outcome import Aborted, Promoted
from cage.rehearsal.incidents.effects import canary_of
from cage.rehearsal.incidents.triggers import on_call
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator.world import ApiError
from tests.stories import tell


def _no_such_group(_stage: Stage) -> None:
    raise ApiError("TargetGroupNotFound", "One or more target groups not found")


def test_a_target_group_that_is_deleted_during_the_checks_keeps_no_canary_running() -> None:
    gone = on_call(("DescribeTargetHealth", "DeregisterTargets"), _no_such_group)
    story = tell(prepare=gone, holds=False)
    assert isinstance(story.outcome, Aborted)
    assert story.act.result is not None
    assert story.act.result.left_behind == ()
    assert [task.last_status for task in canary_of(story.act.stage)] == ["STOPPED"]


def _stop_and_leave_no_other_instance(stage: Stage) -> None:
    for canary in canary_of(stage):
        stage.world.tasks.stop(canary, "UserInitiated", "Task stopped by user")
        for instances in stage.world.clusters.values():
            for instance in instances:
                if instance is not canary.instance:
                    instance.cpu = 0
                    instance.ports.add(8080)


def test_a_host_port_that_the_service_took_over_from_a_stopped_canary_stays_registered() -> None:
    service = {
        **SHAPES["ec2-host"]().service,
        "deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 200},
    }
    crash = on_call(
        ("DescribeServices",), _stop_and_leave_no_other_instance, times=1, after="UpdateService"
    )
    story = tell("ec2-host", service_definition=service, prepare=crash)
    stage = story.act.stage
    (canary,) = canary_of(stage)
    assert [t.instance for t in stage.service.tasks if not t.stopping] == [canary.instance]
    assert isinstance(story.outcome, Promoted)
    assert story.act.parted == ()
    assert stage.world.healthy_targets(stage.service) == 1
    assert sum("the canary task stopped" in e.message for e in story.all(events.Noticed)) == 1
