"""What create-service and update-service may ask for of a deployment.

Source: ECS API reference, DeploymentConfiguration, LinearConfiguration,
CanaryConfiguration and AdvancedConfiguration. What the simulator can't do, it refuses.
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.world import ApiError, World

_STRATEGIES = ("ROLLING", "BLUE_GREEN", "LINEAR", "CANARY")
_MOST_MINUTES = 1440
_UNSUPPORTED = {
    "gatewayConnectors": "gateway connectors",
    "monitoring": "the monitoring configuration of services",
    "vpcLatticeConfigurations": "VPC Lattice",
}


def invalid(message: str) -> ApiError:
    """Return the error of a request that contradicts itself."""
    return ApiError("InvalidParameterException", message)


def unsupported(what: str) -> ApiError:
    """Return the error of a request that real ECS takes, and the simulator doesn't."""
    return ApiError("UnsupportedFeatureException", f"The simulated ECS doesn't do {what}.")


def check_deployment(world: World, params: dict[str, Any]) -> None:
    """Refuse a service whose deployments can't work, or can't be simulated.

    Args:
        params: The service as it is going to be.

    Raises:
        ApiError: It can't; the message says why.
    """
    _check_supported(params)
    config = params.get("deploymentConfiguration") or {}
    strategy = config.get("strategy") or "ROLLING"
    if strategy not in _STRATEGIES:
        raise invalid(f"Invalid deployment strategy {strategy}.")
    _check_percents(config, daemon=params.get("schedulingStrategy") == "DAEMON")
    for name in ("linear", "canary"):
        if config.get(f"{name}Configuration") and strategy != name.upper():
            raise invalid(f"{name}Configuration is only valid with the {name.upper()} strategy.")
    if config.get("lifecycleHooks"):
        raise unsupported("lifecycle hooks")
    if (config.get("earlySuccessCriteria") or {}).get("enable"):
        raise unsupported("early success criteria")
    _check_minutes("bakeTimeInMinutes", config.get("bakeTimeInMinutes"))
    if strategy != "ROLLING":
        _check_shift(params, strategy, config)
    for balancer in params.get("loadBalancers") or []:
        _check_alternate(world, balancer)


def _check_supported(params: dict[str, Any]) -> None:
    for key, what in _UNSUPPORTED.items():
        if params.get(key):
            raise unsupported(what)
    if params.get("launchType") in {"EXTERNAL", "MANAGED_INSTANCES"}:
        raise unsupported(f"the launch type {params['launchType']}")
    if (params.get("deploymentController") or {}).get("type") == "EXTERNAL":
        raise unsupported("the deployment controller EXTERNAL, with its task sets")
    if any(b.get("loadBalancerName") for b in params.get("loadBalancers") or []):
        raise unsupported("Classic Load Balancers")
    most = (params.get("deploymentConfiguration") or {}).get("maximumPercent")
    if params.get("availabilityZoneRebalancing") == "ENABLED" and most is not None and most <= 100:  # noqa: PLR2004  percent
        raise invalid("Availability Zone Rebalancing does not support maximumPercent <= 100.")


def _check_percents(config: dict[str, Any], *, daemon: bool) -> None:
    least, most = config.get("minimumHealthyPercent"), config.get("maximumPercent")
    if daemon and most not in {None, 100}:
        raise invalid("The daemon scheduling strategy only supports a maximumPercent of 100.")
    if least is not None and least < 0:
        raise invalid("minimumHealthyPercent must be at least 0.")
    if most is not None and most <= 0:
        raise invalid("maximumPercent must be greater than 0.")
    if least is None or most is None or daemon:
        return
    if least == most == 100:  # noqa: PLR2004  percent
        raise invalid(
            "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block "
            "deployments."
        )
    if least > most:
        raise invalid("minimumHealthyPercent must not be greater than maximumPercent.")


def _check_minutes(name: str, minutes: int | None) -> None:
    if minutes is not None and not 0 <= minutes <= _MOST_MINUTES:
        raise invalid(f"{name} must be between 0 and {_MOST_MINUTES}.")


def _check_share(name: str, share: float | None, least: float) -> None:
    if share is None:
        return
    tenths = round(share * 10, 6)
    if not least <= share <= 100 or tenths != int(tenths):  # noqa: PLR2004  percent
        raise invalid(f"{name} must be a multiple of 0.1 between {least} and 100.0.")


def _check_shift(params: dict[str, Any], strategy: str, config: dict[str, Any]) -> None:
    controller = (params.get("deploymentController") or {}).get("type") or "ECS"
    if controller != "ECS":
        raise invalid(f"The {strategy} strategy needs the ECS deployment controller.")
    if params.get("schedulingStrategy") == "DAEMON":
        raise invalid(f"The {strategy} strategy needs the REPLICA scheduling strategy.")
    if (params.get("serviceConnectConfiguration") or {}).get("enabled"):
        raise unsupported("traffic shifts by Service Connect")
    linear = config.get("linearConfiguration") or {}
    _check_share("stepPercent", linear.get("stepPercent"), 3.0)
    _check_minutes("stepBakeTimeInMinutes", linear.get("stepBakeTimeInMinutes"))
    canary = config.get("canaryConfiguration") or {}
    _check_share("canaryPercent", canary.get("canaryPercent"), 0.1)
    _check_minutes("canaryBakeTimeInMinutes", canary.get("canaryBakeTimeInMinutes"))
    balancers = params.get("loadBalancers") or []
    if not balancers and strategy != "BLUE_GREEN":
        raise invalid(f"The {strategy} strategy needs a load balancer.")
    for balancer in balancers:
        given = balancer.get("advancedConfiguration") or {}
        for key in ("alternateTargetGroupArn", "productionListenerRule", "roleArn"):
            if not given.get(key):
                raise invalid(f"The {strategy} strategy needs advancedConfiguration.{key}.")


def _check_alternate(world: World, balancer: dict[str, Any]) -> None:
    other = (balancer.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
    if other is None:
        return
    if other == balancer.get("targetGroupArn"):
        raise invalid("The alternate target group must be another one than targetGroupArn.")
    if other not in world.groups.groups:
        raise invalid(f"The target group {other} does not exist.")
