"""What helps a canary that a target group calls unhealthy."""

from __future__ import annotations

import pytest

from cage.aws.translate import target_group
from cage.checks.always.target_health import remedy
from cage.model.targets import Registration, Target


def _registration(kind: str, asked: str | None, port: int = 32768) -> Registration:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1"
    raw = {"TargetGroupArn": arn, "TargetType": kind, "HealthCheckPort": asked}
    return Registration(target_group(raw, 300.0), Target("i-1", port))


@pytest.mark.parametrize("reason", ["Target.Timeout", "Target.FailedHealthChecks"])
def test_a_fixed_health_check_port_beside_a_dynamic_one_is_named(reason: str) -> None:
    told = remedy(_registration("instance", "80"), reason)
    assert "uses port 80, but the task has port 32768" in told
    assert "traffic-port" in told


@pytest.mark.parametrize(
    ("kind", "asked", "port"),
    [
        ("instance", "traffic-port", 32768),
        ("instance", None, 32768),
        ("instance", "8080", 8080),
        ("ip", "9090", 8080),
    ],
)
def test_a_port_that_can_be_right_is_not_blamed(kind: str, asked: str | None, port: int) -> None:
    registration = _registration(kind, asked, port)
    assert "security group" in remedy(registration, "Target.Timeout")


def test_another_reason_has_its_own_remedy() -> None:
    registration = _registration("instance", "80")
    assert "matcher" in remedy(registration, "Target.ResponseCodeMismatch")
    assert remedy(registration, "Elb.Unknown") == ""
