"""Possible variations of a service, its request and the world. One line per variation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from cage.availability.floor import read
from cage.checks.requested.http import HttpSettings
from cage.model.services import load_balancers
from cage.rehearsal.incidents.hooks.configured import PAUSE_MINUTES, hooks_in
from cage.rehearsal.script import Script
from cage.rehearsal.shape_files import pause
from cage.rehearsal.stage import Stage
from ecs_simulator.operations import reads
from ecs_simulator.world.task_entities import SimTask

_LAGS = {"half/4s": (0.5, 4.0), "most/6s": (0.7, 6.0), "all/2s": (1.0, 2.0)}
_LATENCIES = {"slow": (0.2, 1.0), "crawling": (1.0, 4.0)}
_SCALING = {
    "target": "targetCapacity",
    "step": "minimumScalingStepSize",
    "warmup": "instanceWarmupPeriod",
}
_PAUSES_S = {"6h": 6 * 3600.0, "30h": 30 * 3600.0, "13d": 13 * 86400.0}
_CONFIGURATION = "deploymentConfiguration"


def always(_script: Script) -> bool:
    """The variation applies to every service."""
    return True


def balanced(script: Script) -> bool:
    """The variation is about target groups."""
    return bool(load_balancers(script.service))


def unbalanced(script: Script) -> bool:
    """The variation is about services without target groups."""
    return not balanced(script)


def shifting(script: Script) -> bool:
    """The variation is about deployments that move traffic."""
    strategy: str = (script.service.get(_CONFIGURATION) or {}).get("strategy", "ROLLING")
    return strategy != "ROLLING"


def pausing(script: Script) -> bool:
    """The variation is about deployments that pause."""
    return bool(hooks_in(script.service, "PAUSE"))


def rolling(script: Script) -> bool:
    """The variation is about rolling deployments with a task count that the user chooses."""
    return not shifting(script) and "desiredCount" in script.service


def countable(script: Script) -> bool:
    """The task count can vary: in host network mode, each host has room for only one task."""
    return rolling(script) and script.task_definition["networkMode"] != "host"


def scaled(script: Script) -> bool:
    """ECS adds the instances that the service's tasks need, by managed scaling."""
    task = script.task_definition
    by_group = "MANAGED_INSTANCES" not in (task.get("requiresCompatibilities") or ())
    strategy = script.service.get("capacityProviderStrategy") or []
    on_instances = [i for i in strategy if not i["capacityProvider"].startswith("FARGATE")]
    return by_group and bool(on_instances) and script.scaling.get("status") != "DISABLED"


def replaceable(script: Script) -> bool:
    """The percents can vary: early success criteria depend on them."""
    config = script.service.get(_CONFIGURATION) or {}
    return countable(script) and not config.get("earlySuccessCriteria")


def on_addresses(script: Script) -> bool:
    """The service's tasks have addresses of their own."""
    return bool(script.task_definition["networkMode"] == "awsvpc")


def uncheckable(script: Script) -> bool:
    """No container has a health check yet."""
    return not any(c.get("healthCheck") for c in script.task_definition["containerDefinitions"])


@dataclasses.dataclass(frozen=True, slots=True)
class Variation:
    """A difference from the usual form of a shape.

    Attributes:
        name: The name in a draw's text.
        values: The possible values other than the usual one.
        change: Changes the script to rehearse.
        prepare: Changes the world, once the service is up.
        fits: Returns whether the variation applies to a script.
        strict: Whether an incident's right outcome stays the same.
    """

    name: str
    values: tuple[str, ...]
    change: Callable[[Script, str], Script] = lambda script, _value: script
    prepare: Callable[[Stage, str], None] = lambda _stage, _value: None
    fits: Callable[[Script], bool] = always
    strict: bool = True


def _serving(script: Script, **differences: Any) -> Script:
    return script.but(service_definition={**script.service, **differences})


def _configured(script: Script, **differences: Any) -> Script:
    present = script.service.get(_CONFIGURATION) or {}
    return _serving(script, **{_CONFIGURATION: {**present, **differences}})


def _grouped(script: Script, **settings: Any) -> Script:
    return dataclasses.replace(script, group_settings={**script.group_settings, **settings})


def _timed(script: Script, **timeouts: float) -> Script:
    return script.but(timeouts=dataclasses.replace(script.request.timeouts, **timeouts))


def _asking(script: Script, **asked: Any) -> Script:
    return script.but(checks=script.request.checks.but(**asked))


def _sets(
    part: Callable[..., Script], name: str, read_value: Callable[[str], Any] = str
) -> Callable[[Script, str], Script]:
    """Return the change of one setting of a part of the script."""
    return lambda script, value: part(script, **{name: read_value(value)})


def _scaling(script: Script, value: str) -> Script:
    name, _, number = value.partition("=")
    return dataclasses.replace(script, scaling={**script.scaling, _SCALING[name]: int(number)})


def _seconds(value: str) -> float:
    return float(value.rstrip("s"))


def _whole_seconds(value: str) -> int:
    return int(value.rstrip("s"))


def _contained(script: Script, **differences: Any) -> Script:
    """Change the essential container."""
    changed = [
        {**c, **differences} if c.get("essential") is not False else c
        for c in script.task_definition["containerDefinitions"]
    ]
    return _defined(script, changed)


def _defined(script: Script, containers: list[dict[str, Any]]) -> Script:
    definition = {**script.task_definition, "containerDefinitions": containers}
    return script.but(task_definition=definition)


def _percents(script: Script, value: str) -> Script:
    least, _, most = value.partition("/")
    return _configured(script, minimumHealthyPercent=int(least), maximumPercent=int(most))


def _pausing(script: Script, value: str) -> Script:
    """Add a pause at a stage, which can last as long as ECS allows."""
    hooks = (script.service.get(_CONFIGURATION) or {}).get("lifecycleHooks") or []
    return _long(_configured(script, lifecycleHooks=[*hooks, pause(value)]), value)


def _long(script: Script, _value: str) -> Script:
    """Let each pause last as long as ECS allows."""
    hooks = (script.service.get(_CONFIGURATION) or {}).get("lifecycleHooks") or []
    changed = [_lasting(hook) if hook.get("targetType") == "PAUSE" else hook for hook in hooks]
    return _configured(script, lifecycleHooks=changed)


def _lasting(hook: dict[str, Any]) -> dict[str, Any]:
    limit = {**(hook.get("timeoutConfiguration") or {}), "timeoutInMinutes": PAUSE_MINUTES}
    return {**hook, "timeoutConfiguration": limit}


def _continued(stage: Stage, value: str) -> None:
    stage.continues_after_s = _PAUSES_S[value]


def _breaker(script: Script, value: str) -> Script:
    how = {"enable": value != "off", "rollback": False}
    return _configured(script, deploymentCircuitBreaker=how)


def _containers(script: Script, value: str) -> Script:
    present = script.task_definition["containerDefinitions"]
    if value == "1":
        return _defined(script, [c for c in present if c.get("essential") is not False])
    more = {"name": "proxy", "image": "registry.test/proxy:1", "memory": 64, "essential": False}
    return _defined(script, [*present, more])


def _container_check(script: Script, value: str) -> Script:
    check = {"command": ["CMD", "true"], "interval": int(value.rstrip("s")), "retries": 3}
    return _contained(script, healthCheck=check)


def _lag(stage: Stage, value: str) -> None:
    chance, most_s = _LAGS[value]
    reads.lag(stage.world, chance=chance, most_s=most_s)


def _latency(stage: Stage, value: str) -> None:
    least_s, most_s = _LATENCIES[value]
    stage.latency_s = lambda: stage.world.engine.between(least_s, most_s)


def _start_up(stage: Stage, value: str) -> None:
    factor = float(value.rstrip("x"))

    def behave(task: SimTask) -> None:
        task.plan.provisioning_s *= factor
        task.plan.pending_s *= factor
        task.plan.activating_s *= factor

    stage.world.tasks.behaviors.append(behave)


VARIATIONS: dict[str, Variation] = {
    variation.name: variation
    for variation in (
        Variation(
            "desired-count", ("2", "5", "7"), _sets(_serving, "desiredCount", int), fits=countable
        ),
        Variation(
            "single-task",
            ("yes",),
            lambda script, _value: _serving(script, desiredCount=1).but(allow_second_copy=True),
            fits=countable,
            strict=False,
        ),
        Variation(
            "percents",
            ("0/100", "0/200", "50/100", "50/150", "50/200", "100/150"),
            _percents,
            fits=replaceable,
        ),
        Variation(
            "percents-tight", ("75/125", "100/110"), _percents, fits=replaceable, strict=False
        ),
        Variation("breaker", ("off", "no-rollback"), _breaker, fits=rolling),
        Variation(
            "bake-minutes", ("0", "5"), _sets(_configured, "bakeTimeInMinutes", int), fits=shifting
        ),
        Variation(
            "grace",
            ("10s", "60s", "120s"),
            _sets(_serving, "healthCheckGracePeriodSeconds", _whole_seconds),
            fits=balanced,
        ),
        Variation("containers", ("1", "3"), _containers),
        # A canary joins its target groups only once its containers are healthy, and therefore later
        # than a service's task. A slow start might be over by then.
        Variation(
            "container-check", ("5s", "30s"), _container_check, fits=uncheckable, strict=False
        ),
        Variation("stop-timeout", ("2s", "120s"), _sets(_contained, "stopTimeout", _whole_seconds)),
        Variation(
            "deregistration-delay",
            ("0s", "5s", "300s"),
            _sets(_grouped, "deregistration_delay_s", _seconds),
            fits=balanced,
        ),
        Variation(
            "health-interval", ("5s", "30s"), _sets(_grouped, "interval_s", _seconds), fits=balanced
        ),
        Variation(
            "healthy-threshold",
            ("2", "3"),
            _sets(_grouped, "healthy_threshold", int),
            fits=balanced,
        ),
        Variation(
            "unhealthy-threshold",
            ("3", "5"),
            _sets(_grouped, "unhealthy_threshold", int),
            fits=balanced,
        ),
        Variation("floor", ("1", "50%", "100%"), _sets(Script.but, "floor", read), strict=False),
        Variation("on-failure", ("keep",), _sets(Script.but, "on_failure"), strict=False),
        Variation(
            "update-service",
            ("yes",),
            lambda script, _value: script.but(update_service=True),
            strict=False,
        ),
        Variation("verify", ("no",), lambda script, _value: script.but(verify=False), strict=False),
        Variation(
            "wait-for-turn", ("300s",), _sets(Script.but, "wait_for_turn_s", _seconds), strict=False
        ),
        Variation(
            "idle", ("0s", "60s"), _sets(_timed, "idle_s", _seconds), fits=unbalanced, strict=False
        ),
        Variation("bake", ("20s", "90s"), _sets(_timed, "bake_s", _seconds), strict=False),
        Variation("bake-after", ("60s",), _sets(_timed, "bake_after_s", _seconds), strict=False),
        Variation(
            "stable-timeout", ("120s", "300s"), _sets(_timed, "stable_s", _seconds), strict=False
        ),
        Variation(
            "http",
            ("/",),
            lambda script, value: _asking(script, http=(HttpSettings(path=value),)),
            fits=on_addresses,
            strict=False,
        ),
        Variation(
            "alarm",
            ("errors",),
            lambda script, value: _asking(script, alarms=(value,)),
            strict=False,
        ),
        Variation("lag", tuple(_LAGS), prepare=_lag, strict=False),
        Variation("latency", tuple(_LATENCIES), prepare=_latency, strict=False),
        Variation(
            "scaling", ("target=50", "step=3", "warmup=300"), _scaling, fits=scaled, strict=False
        ),
        Variation("start-up", ("0.3x", "3x"), prepare=_start_up),
        Variation(
            "pause-at",
            ("POST_SCALE_UP", "PRE_PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"),
            _pausing,
            fits=shifting,
        ),
        Variation("pause-lasts", tuple(_PAUSES_S), _long, _continued, fits=pausing, strict=False),
        Variation(
            "on-pause",
            ("leave", "continue"),
            _sets(Script.but, "on_pause"),
            fits=pausing,
            strict=False,
        ),
    )
}
"""All variations, by name."""
