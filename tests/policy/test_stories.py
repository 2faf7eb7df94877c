"""Given each command, when its stories are told, then it calls what its policy allows, no more."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cage.aws.shapes import EcsShapes
from cage.canary import decision_tags
from cage.checks.requests import Requested
from cage.comparison.diff import diff
from cage.comparison.init import init
from cage.context import Context
from cage.model import identity
from cage.options.request import Request
from cage.options.timeouts import Timeouts
from cage.policy.catalog import COMMANDS, FREE, STATEMENTS, action, calls
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.incidents.effects import canary_of, leave_canary
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from cage.rollout import sweep as sweeping
from cage.rollout.abort import abort
from cage.rollout.approval import promote
from cage.rollout.preflight import verify
from cage.rollout.rollback import rollback
from cage.rollout.rollout import rollout
from cage.rollout.status import look
from cage.rollout.up import up
from ecs_simulator import loop
from ecs_simulator.operations.times import stamp
from ecs_simulator.world.task_entities import SimTask
from tests.ecs_simulator.stages import deploy, wait_for
from tests.rollout import crashes as dying
from tests.stories import tell

_PAUSE = {"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"]}

Ask = Callable[[Context, Request], Any]


def _asked(stage: Stage, ask: Ask, **differences: Any) -> set[str]:
    """What a command calls on a stage, by IAM action."""
    request = Request(
        REGION,
        stage.cluster,
        stage.service_name,
        task_definition=stage.task_definition,
        service_definition=stage.definition,
        **differences,
    )
    stage.api.asked.clear()
    loop.run(lambda: ask(stage.context(), request), at_s=stage.world.now)
    return {action(*call) for call in stage.api.asked}


def _up() -> Iterator[set[str]]:
    script = SHAPES["fargate"]()
    yield _asked(Stage(script.service, script.task_definition), up)
    stage = Stage(script.service, script.task_definition)
    arn = stage.call("register_task_definition", **script.task_definition)["taskDefinition"]
    yield _asked(stage, up, revision=arn["taskDefinitionArn"])
    service = {**script.service, "deploymentConfiguration": {"lifecycleHooks": [_PAUSE]}}
    yield _asked(Stage(service, script.task_definition), up)
    names = ("fargate-asked", "ec2-bridge", "fargate-blue-green", "fargate-network-blue-green")
    shapes = [SHAPES[name]() for name in names]
    lattice = SHAPES["fargate-lattice-canary"]()
    for script in (*shapes, lattice, lattice.but(service_definition=_by_listener())):
        yield _asked(
            script.furnish(),
            lambda context, request: up(context, request, canary=True),
            checks=script.request.checks,
            canary_instance=script.request.canary_instance,
            lock_as="rehearsal",
        )
    yield _asked(_crashing(SHAPES["fargate-asked"]().furnish()), up)


def _crashing(stage: Stage) -> Stage:
    """A stage on which every task exits."""

    def behave(task: SimTask) -> None:
        task.plan.exits.append(("", 2.0, 1, ""))

    stage.world.tasks.behaviors.append(behave)
    return stage


def _rollout() -> Iterator[set[str]]:
    def told(*args: Any, **differences: Any) -> set[str]:
        story = tell(*args, **differences)
        return {action(*call) for call in story.act.stage.api.asked}

    yield told("fargate", checks=Requested(alarms=("web-5xx",)))
    yield told("ec2-bridge")
    for shape in ("fargate-lattice", "fargate-network-blue-green", "fargate-lattice-canary"):
        yield told(shape)
    yield told("fargate-lattice-canary", service_definition=_by_listener())
    yield told("fargate", **_settings())
    yield told("fargate-asked", lock_as="rehearsal")
    options = {"awslogs-group": "/ecs/web", "awslogs-stream-prefix": "web"}
    task = dict(SHAPES["fargate"]().task_definition)
    logging = {"logConfiguration": {"logDriver": "awslogs", "options": options}}
    task["containerDefinitions"] = [{**c, **logging} for c in task["containerDefinitions"]]
    yield told("fargate", "essential-exit", task_definition=task)
    service = dict(SHAPES["fargate-blue-green"]().service)
    service["deploymentConfiguration"] = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0}
    yield told(
        "fargate-blue-green",
        "crash-after-promotion",
        service_definition=service,
        timeouts=Timeouts(stable_s=300),
    )

    yield told("fargate-pauses", on_pause="continue")
    # A service whose first deployment never gets anywhere.
    stage = _crashing(SHAPES["fargate-no-balancer"]().furnish())
    _asked(stage, up)
    yield _asked(stage, rollout)


def _settings() -> dict[str, Any]:
    """A file by which a rollout sets a tag of the service and removes another one."""

    def prepare(stage: Stage) -> None:
        stage.service.raw["tags"] = [{"key": "old", "value": ""}]

    service = {**SHAPES["fargate"]().service, "tags": [{"key": "new", "value": ""}]}
    return {"service_definition": service, "update_service": True, "prepare": prepare}


def _resume() -> Iterator[set[str]]:
    for after in ("RegisterTaskDefinition", "UpdateService"):
        script, stage = dying.killed(at="DescribeTargetHealth", after=after)
        stage.api.asked.clear()
        dying.resumed(script, stage)
        yield {action(*call) for call in stage.api.asked}
    for called in _rollout():
        # It tells the rollout's own story again, with the revision that is registered.
        yield called - {"ecs:RegisterTaskDefinition"}


def _decide(verb: Callable[[Context], Any]) -> Iterator[set[str]]:
    stage = SHAPES["fargate"]().stage()
    canary = leave_canary(stage)
    at_s = stage.world.now
    canary.tags[identity.LEASE_TAG] = stamp(at_s + 600).isoformat()
    canary.tags[decision_tags.STEP_TAG] = decision_tags.awaited(stamp(at_s + 600), "0" * 16)
    yield _asked(stage, lambda c, _: verb(c))
    yield _asked(paused(), lambda c, _: verb(c))


def paused() -> Stage:
    """A service whose deployment waits at a pause."""
    stage = SHAPES["fargate-hooks"]().stage()
    deploy(stage)
    wait_for(stage, lambda: stage.service.history[0].stage == "POST_TEST_TRAFFIC_SHIFT")
    return stage


def _verify() -> Iterator[set[str]]:
    for shape in (
        *("fargate", "fargate-lattice", "fargate-blue-green"),
        *("fargate-network-blue-green", "fargate-lattice-canary"),
    ):
        yield _asked(SHAPES[shape]().stage(), verify)
    script = SHAPES["fargate-lattice-canary"]()
    yield _asked(script.but(service_definition=_by_listener()).stage(), verify)
    watched = SHAPES["fargate"]().stage()
    CATALOG["deployment-alarm-already"].arm(watched)
    yield _asked(watched, verify)


def _by_listener() -> dict[str, Any]:
    """A service of VPC Lattice whose production rule is the default one of a listener."""
    service = copy.deepcopy(dict(SHAPES["fargate-lattice-canary"]().service))
    advanced = service["vpcLatticeConfigurations"][0]["advancedConfiguration"]
    advanced["productionListenerRule"] = advanced["productionListenerRule"].partition("/rule/")[0]
    return service


def _diff() -> Iterator[set[str]]:
    yield _asked(SHAPES["fargate"]().stage(), lambda c, r: diff(c.service, r, EcsShapes()))


def _init() -> Iterator[set[str]]:
    stage = SHAPES["fargate"]().stage()
    yield _asked(stage, lambda c, _: init(c.service, EcsShapes()))


def _status() -> Iterator[set[str]]:
    for shape in ("fargate", "fargate-lattice"):
        stage = SHAPES[shape]().stage()
        leave_canary(stage)
        yield _asked(stage, lambda c, _: look(c))
    yield _asked(paused(), lambda c, _: look(c))


def _rollback() -> Iterator[set[str]]:
    for shape in ("fargate", "fargate-blue-green", "fargate-lattice"):
        stage = tell(shape).act.stage
        yield _asked(stage, rollback)
    yield _asked(tell("fargate", **_settings()).act.stage, rollback)
    stage = SHAPES["fargate"]().stage()
    for _ in range(2):
        stage.call("register_task_definition", **stage.task_definition)
    yield _asked(stage, rollback, lock_as="somebody")


def _sweep() -> Iterator[set[str]]:
    async def all_of_it(context: Context, _: Request) -> None:
        await sweeping.remove(context, await sweeping.find(context))

    for shape, kind in (("ec2-bridge", "EC2"), ("fargate-lattice", "FARGATE")):
        stage = SHAPES[shape]().stage()
        _leave(stage, kind)
        stage.world.run_until(stage.world.now + 200_000)
        yield _asked(stage, all_of_it)


def _leave(stage: Stage, kind: str) -> None:
    """Leave a canary in the service's target groups."""
    network = stage.definition.get("networkConfiguration")
    stage.call(
        "run_task",
        cluster=stage.cluster,
        taskDefinition="web:1",
        launchType=kind,
        **({"networkConfiguration": network} if network else {}),
        group=identity.group("web"),
        startedBy=identity.started_by("web"),
    )
    stage.world.run_until(stage.world.now + 120)
    (task,) = canary_of(stage)
    address = (task.ipv4, 8080)
    if task.instance is not None:
        address = (task.instance.ec2_id, task.containers[-1].bindings[0]["hostPort"])
    for arn in stage.world.groups.groups:
        stage.world.groups.register(arn, address)


STORIES: dict[str, Callable[[], Iterator[set[str]]]] = {
    "up": _up,
    "rollout": _rollout,
    "resume": _resume,
    "promote": lambda: _decide(promote),
    "abort": lambda: _decide(abort),
    "verify": _verify,
    "diff": _diff,
    "init": _init,
    "status": _status,
    "rollback": _rollback,
    "sweep": _sweep,
    "render": lambda: iter(()),
}

ASKED_OUTSIDE = {
    name
    for statement in STATEMENTS
    if statement.feature in {"verification", "ssm", "secretsmanager", "cfn", "tfstate"}
    for name in statement.actions
}
"""What no world answers for: `test_catalog` holds it against the code."""


def test_every_command_that_calls_aws_has_its_stories() -> None:
    assert set(STORIES) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_policy_of_a_command_is_what_it_calls(command: str) -> None:
    called = set().union(*STORIES[command]()) - FREE
    allowed = calls(command)
    missing = sorted(called - allowed)
    assert not missing, f"add {command} to {missing} in cage/policy/catalog.py"
    needless = sorted(allowed - called - ASKED_OUTSIDE)
    assert not needless, f"no story of {command} calls {needless}"
