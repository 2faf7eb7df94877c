"""What ELB refuses of a target group.

Source: ELB API reference, CreateTargetGroup, ModifyTargetGroup and TargetGroupAttribute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecs_simulator.world import ApiError
from ecs_simulator.world.task_entities import SimTargetGroup

_LONGEST_NAME = 32
_LONGEST_INTERVAL_S = 300
_OF_HTTP = ("HTTP", "HTTPS")
_PROTOCOLS = ("HTTPS", "HTTP", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC")
_CODES = re.compile(r"[2-5]\d\d(-[2-5]\d\d)?(,[2-5]\d\d(-[2-5]\d\d)?)*")
_WHOLE = {
    "deregistration_delay.timeout_seconds": (0, 3600),
    "slow_start.duration_seconds": (0, 900),
    "stickiness.lb_cookie.duration_seconds": (1, 604800),
    "stickiness.app_cookie.duration_seconds": (1, 604800),
}
_WORDS = {
    "stickiness.enabled": ("true", "false"),
    "load_balancing.algorithm.type": (
        "round_robin",
        "least_outstanding_requests",
        "weighted_random",
    ),
    "load_balancing.cross_zone.enabled": ("true", "false", "use_load_balancer_configuration"),
    "preserve_client_ip.enabled": ("true", "false"),
    "proxy_protocol_v2.enabled": ("true", "false"),
    "deregistration_delay.connection_termination.enabled": ("true", "false"),
}
_KNOWN = re.compile(
    r"(deregistration_delay|stickiness|load_balancing|target_group_health|slow_start|"
    r"preserve_client_ip|proxy_protocol_v2|target_health_state|target_failover|lambda)\.[\w.]+"
)


def check_name(name: str) -> None:
    """Refuse a name that ELB doesn't accept."""
    if len(name) > _LONGEST_NAME:
        text = f"Target group name '{name}' cannot be longer than '{_LONGEST_NAME}' characters"
    elif not re.fullmatch(r"[A-Za-z0-9-]+", name):
        text = (
            f"Target group name '{name}' can only contain characters that are alphanumeric "
            "characters and hyphens(-)"
        )
    elif name.startswith("-") or name.endswith("-"):
        text = f"Target group name '{name}' cannot begin or end with '-'"
    else:
        return
    raise ApiError("ValidationError", text)


def check_health(params: Mapping[str, Any], protocol: str) -> None:
    """Refuse health checks that can't be."""
    for key in ("Protocol", "HealthCheckProtocol"):
        if params.get(key) and params[key] not in _PROTOCOLS:
            member = key[0].lower() + key[1:]
            text = (
                f"1 validation error detected: Value '{params[key]}' at '{member}' failed to "
                f"satisfy constraint: Member must satisfy enum value set: [{', '.join(_PROTOCOLS)}]"
            )
            raise ApiError("ValidationError", text)
    interval = params.get("HealthCheckIntervalSeconds") or _LONGEST_INTERVAL_S
    timeout = params.get("HealthCheckTimeoutSeconds") or 0
    too_long = timeout >= interval if protocol in _OF_HTTP else timeout > interval
    if too_long:
        text = f"Health check timeout '{timeout}' must be smaller than the interval '{interval}'"
        raise ApiError("ValidationError", text)
    path = params.get("HealthCheckPath")
    if path is not None and not str(path).startswith("/"):
        raise ApiError("ValidationError", "Health check path must begin with a '/' character")
    codes = (params.get("Matcher") or {}).get("HttpCode")
    if codes is not None and not _CODES.fullmatch(str(codes)):
        text = f"Health check matcher HTTP code '{codes}' must be within '200-499' inclusive"
        raise ApiError("ValidationError", text)


def check_attributes(group: SimTargetGroup, attributes: Mapping[str, str]) -> None:
    """Refuse attributes that a target group can't have."""
    for key, value in attributes.items():
        if not _KNOWN.fullmatch(key):
            raise ApiError(
                "ValidationError", f"Target group attribute key '{key}' is not recognized"
            )
        least, most = _WHOLE.get(key, (0, 0))
        if most and not (value.isdecimal() and least <= int(value) <= most):
            text = f"'{key}' value '{value}' must be between '{least}-{most}' inclusive"
            raise ApiError("ValidationError", text)
        words = _WORDS.get(key, ())
        if words and value not in words:
            text = f"'{key}' value '{value}' must be one of [{', '.join(words)}]"
            raise ApiError("ValidationError", text)
    kind = attributes.get("stickiness.type")
    own = ("lb_cookie", "app_cookie") if group.protocol in _OF_HTTP else ("source_ip",)
    if kind is not None and kind not in own:
        text = (
            f"Stickiness type '{kind}' is not supported for target groups with the "
            f"{group.protocol} protocol"
        )
        raise ApiError("InvalidConfigurationRequest", text)
