"""BLUE_GREEN, LINEAR and CANARY deployments: a second set of tasks, and traffic that moves.

Sources: ECS developer guide, "Amazon ECS blue/green service deployments workflow"; ECS API
reference, ServiceDeployment (lifecycleStage), LinearConfiguration, CanaryConfiguration.
*Unknown*: how long the stages take that have no time of their own (assumed to be seconds),
whether a first deployment, which can't be rolled back, bakes (assumed not to), and whether a
step's own time runs while the hooks of its stage do (assumed to).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from ecs_simulator.world import deployments
from ecs_simulator.world.rolling_deployments import SETTLED, Standing
from ecs_simulator.world.service_entities import SimDeployment, SimService, SimServiceDeployment
from ecs_simulator.world.task_entities import SimTask

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecs_simulator.world.engine import Engine
    from ecs_simulator.world.hook_stages import HookStages

STAGES = (
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    "BAKE_TIME",
    "CLEAN_UP",
)
_ALL = 100.0
_INVALID = "of invalid networking configuration."
"""ECS developer guide, "Troubleshooting Amazon ECS blue/green deployments"."""

_BY_NETWORK = "ECS deployment networking configuration"
"""*Unknown*: how ECS names it in a deployment's reason."""

_BEFORE, _SHIFT = "PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"
_WORKING = frozenset({"RECONCILE_SERVICE", "SCALE_UP", _BEFORE, _SHIFT, "CLEAN_UP"})
"""Stages that last as long as their work; the others as long as their time."""


_IN_A_NETWORK_BALANCER = {"TEST_TRAFFIC_SHIFT": 600.0, _SHIFT: 600.0}
_IN_LATTICE = {
    "POST_SCALE_UP": 180.0,
    "TEST_TRAFFIC_SHIFT": 90.0,
    _SHIFT: 90.0,
    "RECONCILE_SERVICE": 90.0,
}


class Hands(Protocol):
    """The scheduler's actions that traffic shifts use."""

    def poke(self, service: SimService, delay_s: float | None = None) -> None:
        """Have the service checked again."""

    def standing(self, service: SimService, primary: SimDeployment) -> Standing:
        """Sort the service's tasks."""

    def launch(self, service: SimService, deployment: SimDeployment, count: int) -> None:
        """Start that many tasks."""

    def stop(self, service: SimService, doomed: Sequence[SimTask], reason: str) -> None:
        """Stop tasks."""

    def finish(self, service: SimService, primary: SimDeployment) -> None:
        """Complete the deployment if nothing is left to do."""


def steps(configuration: dict[str, Any]) -> list[tuple[float, float]]:
    """Return how production traffic moves: each share in percent, and the seconds after it."""
    match configuration.get("strategy"):
        case "CANARY":
            config = configuration.get("canaryConfiguration") or {}
            share = float(config.get("canaryPercent", 5.0))
            wait_s = 60.0 * int(config.get("canaryBakeTimeInMinutes", 10))
            return [(share, wait_s), (_ALL, 0.0)] if share < _ALL else [(_ALL, 0.0)]
        case "LINEAR":
            config = configuration.get("linearConfiguration") or {}
            share = float(config.get("stepPercent", 10.0))
            wait_s = 60.0 * int(config.get("stepBakeTimeInMinutes", 6))
            found, at = [], share
            while at < _ALL:
                found.append((round(at, 1), wait_s))
                at += share
            return [*found, (_ALL, 0.0)]
        case _:
            return [(_ALL, 0.0)]


def weights(service: SimService) -> dict[str, dict[str, float]]:
    """Return the shares in percent that ECS gives the target groups of each listener rule.

    By the rules' and the target groups' ARNs; the production rules' and the test rules'.
    """
    record, primary = service.history[0], service.primary
    found: dict[str, dict[str, float]] = {}
    for balancer in service.load_balancers:
        advanced = balancer.get("advancedConfiguration") or {}
        pair = (balancer["targetGroupArn"], advanced.get("alternateTargetGroupArn"))
        now, then = pair[::-1] if primary.target.alternate else pair
        for key, moved in (
            ("productionListenerRule", record.weight),
            ("testListenerRule", record.test_weight),
        ):
            rule = advanced.get(key)
            if rule and then and now:
                share = _share(service, moved or 0.0)
                found[rule] = {now: share, then: _ALL - share}
    return found


def _share(service: SimService, moved: float) -> float:
    """Return the share of the PRIMARY deployment, when its service deployment has moved so much."""
    record = service.history[0]
    if record.weight is None or record.finished:
        return _ALL
    return _ALL - moved if service.primary.rollback else moved


def propagation_s(service: SimService, stage: str) -> float:
    """Return how long ECS waits in a stage for load balancers to know new targets and weights.

    Source: ECS developer guide, "Network Load Balancer resources …" (10 minutes) and "VPC Lattice
    resources for blue/green, linear, and canary deployments" (3 minutes, 90 seconds). *Unknown*:
    whether without a test rule, too (assumed), and in a first deployment (assumed not).
    """
    found = [0.0]
    for balancer in service.load_balancers:
        rule = str((balancer.get("advancedConfiguration") or {}).get("productionListenerRule"))
        if ":listener/net/" in rule:
            found.append(_IN_A_NETWORK_BALANCER.get(stage, 0.0))
        elif ":vpc-lattice:" in rule:
            found.append(_IN_LATTICE.get(stage, 0.0))
    return max(found)


class Shifter:
    """Moves deployments through their stages.

    Args:
        engine: Time and chance.
        hands: Starts and stops tasks.
        stages: Runs the hooks of each stage.
        problem: Returns why ECS can't move a service's traffic, in its words; empty: it can.
    """

    def __init__(
        self,
        engine: Engine,
        hands: Hands,
        stages: HookStages,
        problem: Callable[[SimService], str],
    ) -> None:
        self._engine = engine
        self._problem = problem
        self._hands = hands
        self._stages = stages

    def work(self, service: SimService, primary: SimDeployment) -> None:
        """Do the present stage's work, and enter the next stage when it is over."""
        record = primary.record
        if not record.stage:
            why = self._problem(service)
            if why:
                deployments.undo(self._engine, service, primary, _BY_NETWORK, f"{_INVALID} {why}")
                self._hands.poke(service)
                return
            first = "RECONCILE_SERVICE" if len(record.sources) > 1 else "PRE_SCALE_UP"
            self._enter(service, record, first)
        now = self._hands.standing(service, primary)
        self._keep(service, primary, now)
        if not self._stages.through(service, primary):
            return
        left_s = record.until_s - self._engine.now
        if left_s > 0:
            self._hands.poke(service, left_s + 0.1)
            return
        if record.stage in _WORKING and not self._worked(service, primary, now):
            return
        if record.stage != STAGES[-1]:
            self._enter(service, record, self._next(record))
            self._hands.poke(service)

    def _next(self, record: SimServiceDeployment) -> str:
        """Return the stage that follows; each step of production traffic has two of its own."""
        if record.stage == _SHIFT and record.step < len(_plan(record)):
            return _BEFORE
        return STAGES[STAGES.index(record.stage) + 1]

    def _enter(self, service: SimService, record: SimServiceDeployment, stage: str) -> None:
        wait_s = 0.0 if stage in _WORKING else self._engine.between(2.0, 6.0)
        if stage == "BAKE_TIME":
            minutes = int(service.configuration.get("bakeTimeInMinutes") or 0)
            wait_s = 60.0 * minutes if record.sources else 0.0
        if stage == "TEST_TRAFFIC_SHIFT" and record.weight is not None:
            record.test_weight = _ALL
        if stage == _SHIFT:
            wait_s = self._shift(record)
        if record.sources:
            wait_s += propagation_s(service, stage)
        record.until_s = self._engine.now + wait_s
        self._stages.enter(service, record, stage)

    def _keep(self, service: SimService, primary: SimDeployment, now: Standing) -> None:
        """Keep both sets of tasks at their count; the old one until it is cleaned up."""
        stage = primary.record.stage
        if STAGES.index(stage) >= STAGES.index("SCALE_UP"):
            self._hands.launch(service, primary, now.missing)
        if stage != STAGES[-1]:
            source = _source(service, primary)
            if source is not None:
                alive = [t for t in now.old if t.deployment_id == source.id]
                self._hands.launch(service, source, service.desired - len(alive))

    def _worked(self, service: SimService, primary: SimDeployment, now: Standing) -> bool:
        """Do the stage's work; return whether it is done."""
        reason = f"Scaling activity initiated by (deployment {primary.id})"
        match primary.record.stage:
            case "RECONCILE_SERVICE":
                source = _source(service, primary)
                rest = [t for t in now.old if source is None or t.deployment_id != source.id]
                self._hands.stop(service, rest, reason)
                return not any(
                    t.alternate == primary.target.alternate
                    for t in service.tasks
                    if t.deployment_id != primary.id and t.last_status not in SETTLED
                )
            case "SCALE_UP":
                return sum(1 for t in now.mine if t.id in now.well) >= service.desired
            case "CLEAN_UP":
                extra = sorted(now.mine, key=lambda task: task.created_s)[service.desired :]
                self._hands.stop(service, [*now.old, *extra], reason)
                self._hands.finish(service, primary)
        return True

    def _shift(self, record: SimServiceDeployment) -> float:
        """Move production traffic by one step; return the seconds until the next."""
        plan = _plan(record)
        if record.weight is None or record.step >= len(plan):
            return 0.0
        record.weight, wait_s = plan[record.step]
        record.step += 1
        self._engine.note(f"traffic {record.weight:g} %", record.arn.rpartition("/")[2])
        return wait_s


def _plan(record: SimServiceDeployment) -> list[tuple[float, float]]:
    """Return the steps of production traffic; a first deployment takes all of it at once."""
    if record.weight is None:
        return []
    return steps(record.configuration) if record.sources else [(_ALL, 0.0)]


def _source(service: SimService, primary: SimDeployment) -> SimDeployment | None:
    """Return the deployment whose tasks serve while the PRIMARY one's are made ready."""
    for deployment in service.deployments:
        if deployment is not primary and deployment.target.alternate != primary.target.alternate:
            return deployment
    return None
