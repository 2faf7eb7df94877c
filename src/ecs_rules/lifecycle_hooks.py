"""Lifecycle hooks of deployments: Lambda functions and pauses, and the stages of each.

Source: ECS developer guide, "Lifecycle hooks for Amazon ECS service deployments", "Pause hooks for
Amazon ECS service deployments", Constraints, and "Lambda hooks for Amazon ECS service deployments",
Timeout configuration; API reference, DeploymentLifecycleHook. ECS's texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, advice, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape, Spot, items
from ecs_rules.values import show

_CONFIGURATION = SERVICE.at("deploymentConfiguration")
_STRATEGY = _CONFIGURATION.at("strategy")
_MOST = 10
USUAL_MINUTES = 1440
"""How long a hook can take where its timeoutConfiguration doesn't say (API reference,
DeploymentLifecycleHookTimeoutConfiguration)."""
_LAMBDA, _PAUSE = "AWS_LAMBDA", "PAUSE"
_LAMBDA_MINUTES = 1440
_LAMBDA_ONLY = frozenset({"TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"})
_OF_ROLLING = frozenset({"PRE_SCALE_UP", "POST_SCALE_UP"})


def _hooks(service: Shape) -> Iterator[tuple[Spot, Shape, str]]:
    """Yield each hook, its spot and its type."""
    configuration = service.get("deploymentConfiguration") or {}
    for spot, hook in items(configuration, "lifecycleHooks", _CONFIGURATION):
        yield spot, hook, str(hook.get("targetType") or _LAMBDA)


@rule("CreateService", "UpdateService")
def stages(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A hook has stages, and a pause has none that a rollback goes through again."""
    for spot, hook, kind in _hooks(service):
        given = hook.get("lifecycleStages")
        if not given:
            text = "lifecycleStages must be specified for a lifecycle hook."
            yield breach(
                spot.at("lifecycleStages"), "a hook needs a stage", "Add a stage", text=text
            )
        for index, stage in enumerate(given or ()):
            if kind == _PAUSE and stage in _LAMBDA_ONLY:
                text = f"PAUSE hooks cannot be configured at {stage}."
                message = f"a deployment can't pause at {show(stage)}"
                where = spot.at("lifecycleStages", index)
                fix = "Use the stage before it or after it"
                yield breach(where, message, fix, spot.at("targetType"), text=text)


@rule("CreateService", "UpdateService")
def functions(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A Lambda hook names its function, and the role that may invoke it."""
    for spot, hook, kind in _hooks(service):
        for key in ("hookTargetArn", "roleArn"):
            if kind == _LAMBDA and not hook.get(key):
                text = f"{key} must be specified for an AWS_LAMBDA lifecycle hook."
                message = f"a hook of type {show(_LAMBDA)} needs {key}"
                fix = "Add it, or set targetType to PAUSE"
                yield breach(spot.at(key), message, fix, spot.at("targetType"), text=text)


@rule()
def pauses(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A pause has nothing to invoke. *Unknown*: whether ECS refuses what it doesn't use."""
    for spot, hook, kind in _hooks(service):
        for key in ("hookTargetArn", "roleArn", "hookDetails"):
            if kind == _PAUSE and hook.get(key):
                message = f"a pause doesn't use {key}"
                yield breach(spot.at(key), message, "Remove it", spot.at("targetType"))


@rule("CreateService", "UpdateService")
def timeouts(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A function has a day at most; only a pause can last longer."""
    for spot, hook, kind in _hooks(service):
        given = (hook.get("timeoutConfiguration") or {}).get("timeoutInMinutes")
        if kind == _LAMBDA and given is not None and given > _LAMBDA_MINUTES:
            where = spot.at("timeoutConfiguration", "timeoutInMinutes")
            text = f"timeoutInMinutes of an AWS_LAMBDA hook must be at most {_LAMBDA_MINUTES}."
            fix = f"Use 1 to {_LAMBDA_MINUTES}"
            yield breach(where, f"{show(given)} is out of range", fix, text=text)


@rule("CreateService", "UpdateService")
def number(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A service has at most ten hooks of each type."""
    for kind in (_LAMBDA, _PAUSE):
        found = [spot for spot, _, one in _hooks(service) if one == kind]
        for spot in found[_MOST : _MOST + 1]:
            text = f"A service can have at most {_MOST} {kind} hooks."
            message = f"a service has at most {_MOST} hooks of type {show(kind)}"
            yield breach(spot, message, "Remove hooks", text=text)


@rule()
def of_rolling(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Nothing says that a rolling deployment has stages of traffic.

    Source: What's New, May 2026: pauses support rolling deployments; the guide names the stages of
    blue/green deployments only.
    """
    strategy = (service.get("deploymentConfiguration") or {}).get("strategy") or "ROLLING"
    for spot, hook, _ in _hooks(service):
        for index, stage in enumerate(hook.get("lifecycleStages") or ()):
            if strategy == "ROLLING" and stage not in _OF_ROLLING:
                message = f"a rolling deployment might never reach {show(stage)}"
                where = spot.at("lifecycleStages", index)
                yield advice(where, message, "Use PRE_SCALE_UP or POST_SCALE_UP", _STRATEGY)
