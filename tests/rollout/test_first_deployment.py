"""Given a service that isn't there yet, when its first deployment fails, then no way is blocked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from cage.availability.floor import Floor
from cage.checks.requested.http import HttpSettings
from cage.checks.requests import Requested
from cage.model import events
from cage.model.errors import NotFoundError
from cage.model.events import CanaryStarted, Diagnosed, Noticed, ServiceCreated, Verified
from cage.model.outcome import Aborted, Outcome, Promoted, Severity, StillFinishing, Unproven
from cage.options.request import Request
from cage.rehearsal.ledger import is_canary
from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import REGION, Stage
from cage.rollout.preflight import verify
from cage.rollout.rollback import rollback
from cage.rollout.rollout import rollout
from cage.rollout.up import up
from cage.runtime.journal import Journal
from ecs_simulator import loop
from ecs_simulator.world.task_entities import SimTask


@dataclasses.dataclass
class Account:
    """A stage on which cage's operations are run one after the other."""

    stage: Stage
    told: list[events.Event] = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, shape: str = "fargate", **service: Any) -> Account:
        script = SHAPES[shape]()
        return cls(Stage({**script.service, **service}, script.task_definition))

    def run(self, operation: Callable[..., Any], **settings: Any) -> Any:
        stage = self.stage
        request = Request(
            region=REGION,
            cluster=stage.cluster,
            service=stage.service_name,
            **{
                "task_definition": stage.task_definition,
                "service_definition": stage.definition,
                **settings,
            },
        )
        self.told.clear()
        journal = Journal(f"test-{stage.world.now:.0f}", (self.told.append, stage.hear))
        return loop.run(lambda: operation(stage.context(journal), request), at_s=stage.world.now)

    def outcome(self, operation: Callable[..., Any], **settings: Any) -> Outcome:
        found: Outcome = self.run(operation, **settings).outcome
        return found

    def all(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.told if isinstance(event, kind)]

    def crashes(self, after_s: float = 2.0) -> Callable[[], None]:
        """Let each task exit; return what fixes it."""

        def behave(task: SimTask) -> None:
            task.plan.exits.append(("", after_s, 7, ""))

        behaviors = self.stage.world.tasks.behaviors
        behaviors.append(behave)
        return lambda: behaviors.remove(behave)


def _breaker(*, enable: bool) -> dict[str, Any]:
    return {"deploymentConfiguration": {"deploymentCircuitBreaker": {
        "enable": enable, "rollback": enable}}}  # fmt: skip


def test_the_preflight_checks_of_a_service_that_isnt_there_are_those_of_up() -> None:
    account = Account.of("fargate-furnished")
    findings = account.run(verify)
    (new,) = (f for f in findings if f.verification == "creation")
    assert new.severity is Severity.WARNING
    assert "cage up" in new.remedy
    assert not [f for f in findings if f.severity is Severity.ERROR]
    assert {"images", "secrets", "roles"} <= {f.verification for f in findings}


def test_without_files_a_service_that_isnt_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        Account.of().run(verify, service_definition=None)


def test_up_refuses_what_is_certain_to_fail_before_anything_is_registered() -> None:
    account = Account.of("fargate-furnished")
    account.stage.prerequisites.absent.add("/web/key")
    images = [c["image"] for c in account.stage.task_definition["containerDefinitions"]]
    account.stage.prerequisites.absent.update(i.partition("/")[2] for i in images)
    outcome = account.outcome(up)
    assert isinstance(outcome, Aborted)
    assert outcome.step == "require"
    assert "RegisterTaskDefinition" not in account.stage.api.calls
    assert account.all(Verified)
    assert not isinstance(account.outcome(up, verify=False), Aborted)


@pytest.mark.parametrize("enable", [False, True], ids=["no-breaker", "breaker"])
@pytest.mark.parametrize("after_s", [2.0, 20.0])
def test_tasks_that_keep_failing_are_explained_and_the_next_rollout_fixes_it(
    after_s: float, *, enable: bool
) -> None:
    account = Account.of("fargate", **_breaker(enable=enable))
    fixed = account.crashes(after_s)
    began_s = account.stage.world.now
    outcome = account.outcome(up)
    assert isinstance(outcome, Unproven)
    assert "cage rollout" in outcome.remedy
    assert account.stage.world.now - began_s < 900.0
    (found,) = account.all(Diagnosed)
    assert (found.diagnosis.cause, found.diagnosis.exit_code) == ("ContainerExited", 7)

    # A rollout that is as bad changes nothing, and one that is fixed brings the service up.
    assert isinstance(account.outcome(rollout), Aborted)
    fixed()
    assert isinstance(account.outcome(rollout, floor=None), Promoted)
    assert account.stage.world.healthy_targets(account.stage.service) == 3


def test_a_rollout_that_fails_too_leaves_a_service_that_the_next_one_fixes() -> None:
    account = Account.of("fargate", **_breaker(enable=False))
    fixed = account.crashes(2.0)
    assert isinstance(account.outcome(up), Unproven)
    outcome = account.outcome(rollout, no_canary=True)
    assert isinstance(outcome, Unproven)
    assert outcome.reason == "TasksFail"
    account.stage.world.run_until(account.stage.world.now + 1200.0)
    fixed()
    assert isinstance(account.outcome(rollout), Promoted)


def test_a_floor_does_not_block_the_fix() -> None:
    account = Account.of("fargate", **_breaker(enable=True))
    fixed = account.crashes()
    assert isinstance(account.outcome(up), Unproven)
    fixed()
    assert isinstance(account.outcome(rollout, floor=Floor(2)), Promoted)
    assert any("--floor" in e.message for e in account.all(Noticed))


def test_tasks_that_find_no_place_leave_a_service_that_a_smaller_task_fixes() -> None:
    account = Account.of("ec2-auto", **_breaker(enable=False))
    task = account.stage.task_definition
    (container, *rest) = task["containerDefinitions"]
    containers = [{**container, "memory": 60_000}, *rest]
    large = {**task, "memory": "60000", "containerDefinitions": containers}
    outcome = account.outcome(up, task_definition=large)
    assert isinstance(outcome, StillFinishing | Unproven)
    account.stage.world.run_until(account.stage.world.now + 60.0)
    assert isinstance(account.outcome(rollout, canary_instance="auto"), Promoted)


def test_a_first_deployment_that_gets_on_is_left_alone() -> None:
    account = Account.of()
    registered = account.stage.call("register_task_definition", **account.stage.task_definition)
    arn = registered["taskDefinition"]["taskDefinitionArn"]
    definition = {**account.stage.definition, "cluster": "main", "taskDefinition": arn}
    account.stage.call("create_service", **definition)
    outcome = account.outcome(rollout)
    assert isinstance(outcome, Aborted)
    assert outcome.reason == "Busy"


def test_a_rollback_of_a_service_that_was_never_steady_says_what_helps() -> None:
    account = Account.of("fargate", **_breaker(enable=True))
    account.crashes()
    assert isinstance(account.outcome(up), Unproven)
    outcome = account.outcome(rollback, task_definition=None)
    assert isinstance(outcome, Aborted)
    assert "--to" in outcome.remedy


def test_on_request_a_canary_is_checked_before_the_service_exists() -> None:
    checks = Requested(http=(HttpSettings("/ready"),))
    account = Account.of()

    async def with_canary(context: Any, request: Request) -> Any:
        return await up(context, request, canary=True)

    assert isinstance(account.outcome(with_canary, checks=checks), Promoted)
    kinds = [type(e) for e in account.told]
    assert kinds.index(CanaryStarted) < kinds.index(ServiceCreated)
    tasks = account.stage.world.tasks.all.values()
    assert not [t for t in tasks if is_canary(t) and t.stopped_s is None]


def test_a_canary_that_fails_leaves_no_service() -> None:
    account = Account.of()
    account.crashes()

    async def with_canary(context: Any, request: Request) -> Any:
        return await up(context, request, canary=True)

    outcome = account.outcome(with_canary)
    assert isinstance(outcome, Aborted)
    assert account.all(Diagnosed)
    assert "CreateService" not in account.stage.api.calls


def test_checks_that_nothing_asks_are_named() -> None:
    checks = Requested(http=(HttpSettings("/ready"),), alarms=("web-5xx",))
    account = Account.of()
    assert isinstance(account.outcome(up, checks=checks), Promoted)
    assert any("--http, --alarm" in e.message for e in account.all(Noticed))
