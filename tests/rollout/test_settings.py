"""`--update-service` and `--desired-count`: what is sent, restored, refused and said."""

from __future__ import annotations

from typing import Any

import pytest

from cage.availability.floor import Floor
from cage.model import events, identity
from cage.model.outcome import (
    Aborted,
    NothingToDo,
    Outcome,
    Promoted,
    RolledBack,
    Severity,
    Unproven,
)
from cage.options.timeouts import Timeouts
from cage.rehearsal.incidents.effects import denied
from cage.rehearsal.incidents.triggers import KilledError, killed_at
from cage.rehearsal.script import Script, resume_there, roll_out
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from cage.rollout import settings
from cage.rollout.preflight import verify
from cage.rollout.previous_revision import look
from cage.rollout.rollback import rollback
from ecs_simulator import loop
from tests.ecs_simulator.stages import break_image
from tests.rollout.crashes import NO_BREAKER, serve_late
from tests.stories import tell

_TAGS = [{"key": "team", "value": "web"}, {"key": "old", "value": ""}]
_NEW_TAGS = [{"key": "team", "value": "shop"}, {"key": "new", "value": "1"}]
_METRICS = {"metricNames": ["CPUUtilization"], "resolutionSeconds": 20}
_WANTED: dict[str, Any] = {
    "healthCheckGracePeriodSeconds": 45,
    "monitoring": {"metricConfigurations": [_METRICS]},
    "propagateTags": "SERVICE",
    "tags": _NEW_TAGS,
}


def scripts(
    shape: str = "fargate", configuration: Any = NO_BREAKER, **wanted: Any
) -> tuple[Script, Script]:
    """A service as it is, and the rollout of a file that wants it otherwise."""
    script = SHAPES[shape]()
    service = {**script.service, "deploymentConfiguration": configuration, "tags": _TAGS}
    live = script.but(service_definition=service)
    changed = {k: v for k, v in {**service, **(wanted or _WANTED)}.items() if v is not None}
    times = Timeouts(stable_s=600)
    return live, live.but(service_definition=changed, update_service=True, timeouts=times)


def rolled(stage: Stage, script: Script) -> Outcome:
    return loop.run(lambda: roll_out(script, stage), at_s=stage.world.now).outcome


def tags(stage: Stage) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in stage.service.raw["tags"]}


def is_as_before(stage: Stage) -> bool:
    raw, target = stage.service.raw, stage.service.primary.target.settings
    return (
        not raw.get("healthCheckGracePeriodSeconds")
        and not (target.get("monitoring") or {}).get("metricConfigurations")
        and raw.get("propagateTags") in {None, "NONE"}
        and tags(stage) == {"team": "web", "old": ""}
    )


def is_as_wanted(stage: Stage) -> bool:
    raw, target = stage.service.raw, stage.service.primary.target.settings
    return (
        raw["healthCheckGracePeriodSeconds"] == 45
        and target["monitoring"] == _WANTED["monitoring"]
        and raw["propagateTags"] == "SERVICE"
        and tags(stage) == {"team": "shop", "new": "1"}
    )


def test_settings_and_tags_are_sent_and_a_rollback_restores_them() -> None:
    live, changed = scripts()
    stage = live.stage()
    assert isinstance(rolled(stage, changed), Promoted)
    assert is_as_wanted(stage)
    choice = loop.run(lambda: look(stage.context(), None), at_s=stage.world.now)
    asked = choice.question("web", "main")
    assert "and restore healthCheckGracePeriodSeconds, " in asked
    assert "tags?" in asked
    back = loop.run(lambda: rollback(stage.context(), changed.request), at_s=stage.world.now)
    assert isinstance(back.outcome, Promoted)
    assert is_as_before(stage)


def test_two_rollouts_are_undone_by_one_rollback_to_before_both() -> None:
    live, changed = scripts()
    stage = live.stage()
    assert isinstance(rolled(stage, changed), Promoted)
    service = {**changed.service, "tags": [{"key": "third", "value": ""}]}
    assert isinstance(rolled(stage, changed.but(service_definition=service)), Promoted)
    assert tags(stage) == {"third": ""}
    request = changed.but(revision="web:1").request
    back = loop.run(lambda: rollback(stage.context(), request), at_s=stage.world.now)
    assert isinstance(back.outcome, Promoted)
    assert is_as_before(stage)


@pytest.mark.parametrize("breaker", [False, True])
def test_the_way_back_from_a_failed_deployment_restores_all_of_it(breaker: bool) -> None:
    ecs = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    live, changed = scripts(configuration=ecs if breaker else NO_BREAKER)
    stage = live.stage()
    serve_late(stage)
    outcome = rolled(stage, changed)
    assert isinstance(outcome, RolledBack)
    assert is_as_before(stage)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(
    ("at", "after"),
    [("TagResource", "UpdateService"), ("UntagResource", "UpdateService")],
)
def test_a_rollout_that_dies_before_its_tags_are_set_is_continued_without_its_files(
    at: str, after: str, fails: bool
) -> None:
    live, changed = scripts()
    stage = live.stage()
    if fails:
        serve_late(stage)
    killed_at(at, after=after)(stage)
    with pytest.raises(KilledError):
        rolled(stage, changed)
    stage.killed = False
    assert not is_as_wanted(stage)
    bare = changed.but(update_service=False, service_definition=None)
    outcome = loop.run(lambda: resume_there(bare, stage), at_s=stage.world.now).outcome
    if fails:
        assert isinstance(outcome, RolledBack)
        assert is_as_before(stage)
    else:
        assert isinstance(outcome, Promoted)
        assert is_as_wanted(stage)


def test_a_way_back_that_dies_before_the_tags_are_restored_is_continued() -> None:
    live, changed = scripts()
    stage = live.stage()
    serve_late(stage)

    def gate(operation: str, params: dict[str, Any]) -> None:
        back = operation == "UpdateService" and params["taskDefinition"].endswith("web:1")
        if back and not stage.killed:
            stage.world.engine.after(1.0, lambda: setattr(stage, "killed", True))
        if stage.killed:
            raise KilledError

    stage.world.gates.append(gate)
    with pytest.raises(KilledError):
        rolled(stage, changed)
    stage.world.gates.remove(gate)
    stage.killed = False
    assert tags(stage) == {"team": "shop", "new": "1"}
    outcome = loop.run(lambda: resume_there(changed, stage), at_s=stage.world.now).outcome
    assert isinstance(outcome, RolledBack)
    assert is_as_before(stage)


def dies_once_rolled_back(shape: str) -> tuple[Script, Stage]:
    """A rollout whose process dies when the service runs the old revision, with the new tags."""
    live, changed = scripts(shape, SHAPES[shape]().service["deploymentConfiguration"])
    stage = live.stage()
    serve_late(stage)

    def gate(operation: str, params: dict[str, Any]) -> None:
        tagged = operation == "TagResource" and ":service/" in params["resourceArn"]
        if tagged and params["tags"][0]["value"] == "web":
            stage.killed = True
            raise KilledError

    stage.world.gates.append(gate)
    with pytest.raises(KilledError):
        rolled(stage, changed)
    stage.world.gates.remove(gate)
    stage.killed = False
    assert stage.service.primary.revision.number == 1
    assert tags(stage) == {"team": "shop", "new": "1"}
    stage.world.run_until(stage.world.now + 900.0)
    return changed, stage


@pytest.mark.parametrize("shape", ["fargate", "fargate-blue-green"])
def test_tags_that_a_completed_rollback_did_not_restore_are_restored_later(shape: str) -> None:
    changed, stage = dies_once_rolled_back(shape)
    outcome = loop.run(lambda: resume_there(changed, stage), at_s=stage.world.now).outcome
    assert isinstance(outcome, RolledBack)
    assert is_as_before(stage)
    again = loop.run(lambda: resume_there(changed, stage), at_s=stage.world.now).outcome
    assert isinstance(again, NothingToDo)


def test_tags_that_someone_changed_after_the_rollback_are_left_alone() -> None:
    changed, stage = dies_once_rolled_back("fargate")
    theirs = [{"key": "team", "value": "theirs"}, {"key": "old", "value": "too"}]
    stage.call("tag_resource", resourceArn=stage.service.arn, tags=theirs)
    stage.call("untag_resource", resourceArn=stage.service.arn, tagKeys=["new"])
    outcome = loop.run(lambda: resume_there(changed, stage), at_s=stage.world.now).outcome
    assert isinstance(outcome, NothingToDo)
    assert tags(stage) == {"team": "theirs", "old": "too"}


def test_tags_that_cant_be_set_dont_end_the_deployment_and_are_no_silent_success() -> None:
    live, changed = scripts(tags=_NEW_TAGS)
    stage = live.stage()

    def gate(operation: str, params: dict[str, Any]) -> None:
        if operation == "TagResource" and ":service/" in params["resourceArn"]:
            denied("ecs:TagResource")(stage)

    stage.world.gates.insert(0, gate)
    outcome = rolled(stage, changed)
    assert isinstance(outcome, Unproven)
    assert "is proven, but the service's tags are not changed" in outcome.message
    assert "TagResource" in outcome.message
    assert stage.service.primary.rollout_state == "COMPLETED"
    assert stage.service.primary.revision.number == 2


def test_without_a_record_the_rollout_goes_on_and_says_what_cant_be_restored_later() -> None:
    def prepare(stage: Stage) -> None:
        def gate(operation: str, params: dict[str, Any]) -> None:
            if operation == "TagResource" and ":task-definition/" in params["resourceArn"]:
                denied("ecs:TagResource")(stage)

        stage.service.raw["healthCheckGracePeriodSeconds"] = 60
        stage.world.gates.insert(0, gate)

    story = tell("fargate", update_service=True, prepare=prepare)
    assert isinstance(story.outcome, Promoted)
    said = [e.message for e in story.all(events.Noticed)]
    assert any("cage rollback couldn't restore the service's settings later" in one for one in said)


@pytest.mark.parametrize(
    ("shape", "wanted", "names"),
    [
        ("fargate", {"launchType": "EC2", "platformVersion": None}, "launchType"),
        ("ec2-bridge", {"role": "other"}, "role"),
        ("fargate-spot", {"capacityProviderStrategy": None, "launchType": "EC2"}, "launchType"),
    ],
)
def test_what_no_update_changes_is_refused_before_anything(
    shape: str, wanted: dict[str, Any], names: str
) -> None:
    live, changed = scripts(shape, **wanted)
    stage = live.stage()
    outcome = rolled(stage, changed)
    assert isinstance(outcome, Aborted)
    assert outcome.step == "require"
    assert f"UpdateService can't change {names}" in outcome.message.replace(
        "capacityProviderStrategy and ", ""
    )
    assert stage.api.done.count("RegisterTaskDefinition") == 1
    assert "UpdateService" not in stage.api.calls


def test_without_the_flag_one_line_names_what_differs_and_isnt_sent() -> None:
    live, changed = scripts()
    stage = live.stage()
    plain = changed.but(update_service=False)
    found = loop.run(lambda: verify(stage.context(), plain.request), at_s=stage.world.now)
    (one,) = [each for each in found if each.verification == "settings"]
    assert one.severity is Severity.WARNING
    names = "healthCheckGracePeriodSeconds, propagateTags, monitoring and tags"
    assert one.message == f"the service differs from its file in {names}; that isn't sent"
    asked = loop.run(lambda: settings.look(stage.context(), plain.request), at_s=stage.world.now)
    assert names in asked
    assert "--update-service" in asked
    told = loop.run(lambda: settings.look(stage.context(), changed.request), at_s=stage.world.now)
    assert told.startswith("The update also changes healthCheckGracePeriodSeconds")
    assert isinstance(rolled(stage, plain), Promoted)
    assert is_as_before(stage)


def test_what_the_file_leaves_out_is_named_as_removed() -> None:
    live, changed = scripts(loadBalancers=None)
    stage = live.stage()
    asked = loop.run(lambda: settings.look(stage.context(), changed.request), at_s=stage.world.now)
    assert asked == "The update also changes loadBalancers (removed)."


def test_the_desired_count_is_sent_on_request_only_and_restored_on_the_way_back() -> None:
    story = tell("fargate", desired_count=5)
    assert isinstance(story.outcome, Promoted)
    assert story.act.stage.service.desired == 5
    failed = tell("fargate", "crash-after-promotion", desired_count=5)
    assert isinstance(failed.outcome, RolledBack)
    assert failed.act.stage.service.desired == 3


def test_more_tasks_break_no_floor_before_they_have_started() -> None:
    story = tell("fargate", desired_count=6, floor=Floor(percent=100.0))
    assert isinstance(story.outcome, Promoted)
    assert story.act.stage.service.desired == 6


def test_a_count_that_someone_else_set_since_is_left_alone() -> None:
    live, changed = scripts(tags=_TAGS)
    stage = live.stage()
    assert isinstance(rolled(stage, changed.but(desired_count=2)), Promoted)
    stage.call("update_service", cluster="main", service="web", desiredCount=4)
    back = loop.run(lambda: rollback(stage.context(), changed.request), at_s=stage.world.now)
    assert isinstance(back.outcome, Promoted)
    assert stage.service.desired == 4


def test_a_rollback_restores_the_count_that_the_rollout_changed() -> None:
    live, changed = scripts(tags=_TAGS)
    stage = live.stage()
    assert isinstance(rolled(stage, changed.but(desired_count=2)), Promoted)
    back = loop.run(lambda: rollback(stage.context(), changed.request), at_s=stage.world.now)
    assert isinstance(back.outcome, Promoted)
    assert stage.service.desired == 3


def test_a_daemon_has_no_desired_count() -> None:
    story = tell("ec2-daemon", desired_count=2)
    assert isinstance(story.outcome, Aborted)
    assert "ECS counts its tasks itself" in story.outcome.message


def test_the_canary_gets_the_tags_that_the_services_tasks_will_get() -> None:
    live, changed = scripts()
    stage = live.stage()
    rolled(stage, changed)
    tasks = [t for t in stage.world.tasks.all.values() if t.group == identity.group("web")]
    (canary,) = tasks
    assert canary.tags["team"] == "shop"
    assert "old" not in canary.tags


def test_a_broken_canary_changes_no_setting_and_no_tag() -> None:
    live, changed = scripts()
    stage = live.stage()
    break_image(stage)
    assert isinstance(rolled(stage, changed), Aborted)
    assert is_as_before(stage)
