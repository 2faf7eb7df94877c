"""What exists in a rehearsal for the checks that are asked for: all of it is well."""

from __future__ import annotations

import re

from cage.canary.checks.logs import LogsSettings
from cage.canary.checks.metrics import MetricSettings
from cage.canary.checks.placeholders import NAMES
from cage.rehearsal.samples import sample
from cage.rehearsal.stage import Stage
from ecs_simulator.world.things import SimTask

_SAYS_AFTER_S = 1.0


def furnish(stage: Stage) -> None:
    """Let alarms be quiet, metrics be within bounds, and tasks log what they must."""
    for name in stage.asked.alarms:
        stage.world.alarms.states[name] = "OK"
    for metrics in stage.asked.metrics:
        stage.world.metrics.tell(asked_as(metrics), good(metrics), stage.world.now)
    for logs in stage.asked.logs:
        lines = [line for pattern in logs.must if (line := sample(pattern)) is not None]
        container = container_of(stage, logs)

        def say(task: SimTask, name: str = container, lines: list[str] = lines) -> None:
            task.plan.says += [(name, _SAYS_AFTER_S, line) for line in lines]

        stage.world.tasks.behaviours.append(say)


def container_of(stage: Stage, logs: LogsSettings) -> str:
    """Return whose log a check reads; empty for the first essential container's."""
    balancers = stage.definition.get("loadBalancers") or [{}]
    return logs.container or str(balancers[0].get("containerName") or "")


def good(settings: MetricSettings) -> float:
    """Return a value that is within the bound."""
    return _beside(settings, -1.0)


def bad(settings: MetricSettings) -> float:
    """Return a value that isn't."""
    return _beside(settings, 1.0)


def _beside(settings: MetricSettings, towards: float) -> float:
    sign = towards if settings.comparison.startswith("<") else -towards
    return settings.threshold + sign * (abs(settings.threshold) / 2 or 1.0)


def asked_as(settings: MetricSettings) -> str:
    """Return the pattern of what a check asks CloudWatch for, with placeholders filled in."""
    text = settings.expression
    if not text:
        (metric,) = settings.metrics.values()
        text = " ".join([str(metric), *sorted(f"{k}={v}" for k, v in metric.dimensions.items())])
    pattern = re.escape(text)
    for name in NAMES:
        pattern = pattern.replace(re.escape(f"{{{name}}}"), ".*")
    return pattern
