"""The effect of lifecycle hooks on a deployment: it continues, waits, or is rolled back.

Sources: as in `lifecycle_hooks.py`; AWS What's New, May 2026, "Amazon ECS introduces pause and
continue controls for service deployments": rolling deployments, too. *Unknown*: which stages a
rolling deployment has. Assumed: PRE_SCALE_UP, before its first task starts, and POST_SCALE_UP, once
it is steady and before it completes; hooks of other stages never run then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ecs_simulator.world import deployments, lifecycle_hooks

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine
    from ecs_simulator.world.lifecycle_hooks import Hooks
    from ecs_simulator.world.service_entities import (
        SimDeployment,
        SimService,
        SimServiceDeployment,
    )

STAGE_S = 86400.0
"""How long a stage without a pause can last; then the deployment is rolled back.

Source: ECS developer guide, "Amazon ECS blue/green service deployments workflow", Deployment
lifecycle stages. A pause can last 14 days ("Pause hooks", Configuration fields).
"""

_BY_HOOK = "ECS deployment lifecycle hooks"
"""*Unknown*: how ECS names hooks in a deployment's reason."""

_STAGE_OVER = "the lifecycle stage {0} didn't complete within 24 hours"
"""*Unknown*: ECS's words."""

_ALL = 100.0


class HookStages:
    """Runs the hooks of each stage, and decides whether the deployment can leave the stage.

    Args:
        engine: Time and chance.
        hooks: Runs hooks.
        poke: Has a service checked again.
    """

    def __init__(self, engine: Engine, hooks: Hooks, poke: Callable[[SimService], None]) -> None:
        self._engine = engine
        self._hooks = hooks
        self._poke = poke

    def enter(self, service: SimService, record: SimServiceDeployment, stage: str) -> None:
        """Begin a stage, and its hooks."""
        record.stage, record.updated_s, record.entered_s = stage, self._engine.now, self._engine.now
        self._engine.note(f"stage {stage}", record.arn.rpartition("/")[2])
        self._begin(service, record, (stage,))

    def _begin(
        self,
        service: SimService,
        record: SimServiceDeployment,
        stages: tuple[str, ...],
        only: str = "",
    ) -> None:
        def changed() -> None:
            record.updated_s = self._engine.now
            self._engine.touch_service(service)
            self._poke(service)

        def details(stage: str) -> dict[str, Any]:
            return _execution(service, record, stage)

        self._hooks.begin(record, stages, details, changed, only=only)

    def through(self, service: SimService, deployment: SimDeployment) -> bool:
        """Return whether the hooks of the stage are over, and let the deployment continue."""
        record, now_s = deployment.record, self._engine.now
        why = lifecycle_hooks.why_back(record)
        if lifecycle_hooks.waited_for(record) and not why:
            return False
        pauses = any(hook.target_type == lifecycle_hooks.PAUSE for hook in record.hooks)
        if not why and not pauses and record.stage and now_s - record.entered_s > STAGE_S:
            why = _STAGE_OVER.format(record.stage)
        if not why:
            return True
        deployments.undo(self._engine, service, deployment, _BY_HOOK, why)
        self._poke(service)
        return False

    def rolling(self, service: SimService, deployment: SimDeployment, stage: str) -> bool:
        """Return whether a rolling deployment has passed a stage; enter it if it has hooks."""
        record = deployment.record
        if deployment.rollback or deployment.rollout_state != "IN_PROGRESS":
            return True
        configured = lifecycle_hooks.configured_in(record)
        if not any(stage in hook.get("lifecycleStages", ()) for hook in configured):
            return True
        order = ("", "PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP", "CLEAN_UP")
        if order.index(record.stage) > order.index(stage):
            return True
        if record.stage != stage:
            self.enter(service, record, stage)
        if not self.through(service, deployment):
            return False
        self.enter(service, record, order[order.index(stage) + 1])
        return True

    def reverse(self, service: SimService, back: SimDeployment) -> None:
        """Invoke the Lambda hooks of the stages whose traffic a rollback moves back, once.

        Any other deployment has nothing to move back.

        Source: ECS developer guide, "Lambda hooks", Lifecycle hooks during rollback.
        """
        record = back.record
        if not back.rollback or record.reversed or record.weight is None:
            return
        record.reversed = True
        moved = (record.test_weight is not None, record.step > 0)
        stages = [s for s, so in zip(lifecycle_hooks.REVERSED, moved, strict=True) if so]
        self._begin(service, record, tuple(stages), only=lifecycle_hooks.LAMBDA)


def _execution(service: SimService, record: SimServiceDeployment, stage: str) -> dict[str, Any]:
    """Return the `executionDetails` of an invocation ("Lambda hooks", Lifecycle stage payloads)."""
    test = production = None
    if stage == "TEST_TRAFFIC_SHIFT":
        test = record.test_weight
    elif stage in {"PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"}:
        production = record.weight
    return {
        "serviceArn": service.arn,
        "targetServiceRevisionArn": record.target.arn,
        "testTrafficWeights": _weights(record, test),
        "productionTrafficWeights": _weights(record, production),
    }


def _weights(record: SimServiceDeployment, share: float | None) -> dict[str, float]:
    if share is None:
        return {}
    return {record.target.arn: share, **{s.arn: _ALL - share for s in record.sources}}
