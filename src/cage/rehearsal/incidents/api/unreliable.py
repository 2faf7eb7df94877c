"""AWS refuses or loses some of the calls.

Source: ECS API reference, "Request throttling for the Amazon ECS API", "Common errors"
(ServerException) and RunTask (clientToken, idempotency); ELB API reference, "Throttling";
botocore documentation, "Retries", transient errors.
"""

from __future__ import annotations

import functools

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.effects import lose, refuse
from cage.rehearsal.incidents.incident import PROMOTED, Incident
from cage.rehearsal.incidents.triggers import TARGET_HEALTH, on_call

_incident = functools.partial(Incident, family="api", right=PROMOTED, order=1)

INCIDENTS = (
    _incident(
        name="throttling",
        summary="AWS refuses two calls in five: Rate exceeded",
        why="it takes a little longer",
        arm=on_call((), lambda _: refuse("ThrottlingException", "Rate exceeded"), chance=0.4),
    ),
    _incident(
        name="server-errors",
        summary="AWS fails at one call in twelve",
        why="the calls are retried",
        arm=on_call(
            (),
            lambda _: refuse(
                "ServerException", "Service Unavailable. Please try again later.", 500
            ),
            chance=0.08,
        ),
    ),
    _incident(
        name="lost-answers",
        summary="one answer in twelve is lost, though the call took effect",
        why="nothing is done twice",
        arm=on_call((), lambda _: lose(done=True), chance=0.08),
    ),
    _incident(
        name="lost-requests",
        summary="one request in twelve is lost",
        why="the calls are retried",
        arm=on_call((), lambda _: lose(done=False), chance=0.08),
    ),
    _incident(
        name="elb-throttling",
        summary="target health can be read only every other time",
        why="it takes a little longer",
        arm=on_call(TARGET_HEALTH, lambda _: refuse("Throttling", "Rate exceeded"), chance=0.5),
        inapplicable=needs_load_balancer,
    ),
)
