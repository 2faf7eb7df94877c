"""The settings of the service's file that an update sends, and how they are restored."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Any

import anyio

from cage.comparison.reading import read
from cage.comparison.update import Settings, Update, service_update
from cage.context import Context
from cage.deployment import changes
from cage.model.base import Shape, listed
from cage.model.errors import AwsError, RefusedError
from cage.model.outcome import Finding, RolledBack, Severity, Unproven
from cage.model.services import Service
from cage.options.request import Request

LOOK_S = 5.0
"""How long the question before a rollout waits for AWS."""

NAME = "settings"
"""The name of the preflight check."""

_CONNECTORS = "gatewayConnectors"
_COUNT = "desiredCount"

KEPT_BY_ECS = (
    "availabilityZoneRebalancing",
    "deploymentConfiguration",
    _COUNT,
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "placementConstraints",
    "placementStrategy",
    "propagateTags",
)
"""The settings that no service revision holds: ECS's own rollback leaves them as they are, and
changing them begins no deployment (API reference, ServiceRevision and UpdateService)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Intent:
    """The effect of an update on a service's settings.

    Attributes:
        update: The settings that it sends, and those that restore the service.
        unsent: The settings that differ from the service's file and that it doesn't send.
        source: The service revision that the service is on; empty if unknown.
        compared: Whether there is a file to compare with.
        connectors: The service's gateway connectors: DescribeServices doesn't show them.
    """

    update: Update = dataclasses.field(default_factory=Update)
    unsent: tuple[str, ...] = ()
    source: str = ""
    compared: bool = False
    connectors: tuple[Shape, ...] = ()

    def applied(self, service: Service) -> Service:
        """Return the service as the update makes it."""
        there = self.update.there
        made = changes.applied(service, there.sent, there.launch_type)
        if self.connectors and _CONNECTORS not in made.raw:
            raw = {**made.raw, _CONNECTORS: list(self.connectors)}
            made = dataclasses.replace(made, raw=raw)
        if not there.tags:
            return made
        old = [t for t in made.raw.get("tags") or [] if t["key"] not in there.tags.gone]
        new = [{"key": key, "value": value} for key, value in there.tags.put.items()]
        kept = [tag for tag in old if tag["key"] not in there.tags.put]
        return dataclasses.replace(made, raw={**made.raw, "tags": [*kept, *new]})


async def intended(context: Context, request: Request, service: Service) -> Intent:
    """Compare a service, described with its tags, with its file; decide what an update sends.

    Raises:
        AwsError: AWS didn't answer.
    """
    definition = request.service_definition
    found, source, connectors = Update(), "", ()
    if definition is not None:
        live = await read(context.ecs, service)
        found, source = service_update(live, definition, context.gateway.shapes), live.revision_arn
        known = definition if _CONNECTORS in live.unread else live.input
        connectors = tuple(known.get(_CONNECTORS) or ())
    sent = found if request.update_service else Update()
    count = request.desired_count
    if count is not None and count != service.desired_count:
        sent = dataclasses.replace(
            sent,
            there=_with(sent.there, {_COUNT: count}),
            back=_with(sent.back, {_COUNT: service.desired_count}),
        )
    unsent = () if request.update_service else found.names
    return Intent(sent, unsent, source, definition is not None, connectors)


def _with(settings: Settings, more: Shape) -> Settings:
    return dataclasses.replace(settings, sent={**settings.sent, **more})


def refusal(intent: Intent, request: Request, service: Service) -> RefusedError | None:
    """Return why the service's file can't be reached; None if it can, or needn't be."""
    if request.desired_count is not None and service.scheduling == "DAEMON":
        return RefusedError(
            f"Service {service.name} is a DAEMON: ECS counts its tasks itself.",
            "It runs one task on each container instance and accepts no desired count.",
            "Leave --desired-count out.",
        )
    if intent.update.fixed:
        return RefusedError(
            f"UpdateService can't change {listed(intent.update.fixed)} of service {service.name}.",
            "The service's file has another value than the live service.",
            "Set the live value in the file (cage diff shows it), or create another service.",
        )
    return None


def finding(intent: Intent, request: Request, service: Service) -> Finding | None:
    """Return what a rollout does to the settings, as a preflight finding; None: not compared."""
    refused = refusal(intent, request, service)
    if refused is not None:
        return Finding(NAME, Severity.ERROR, refused.what.rstrip("."), refused.next_step)
    if intent.unsent:
        return Finding(
            NAME,
            Severity.WARNING,
            f"the service differs from its file in {listed(intent.unsent)}; that isn't sent",
            "To send it, pass --update-service. To see it, run cage diff.",
        )
    if intent.update.there:
        text = f"the update changes {_described(intent.update.there)}"
        return Finding(NAME, Severity.PASSED, text)
    if intent.compared:
        return Finding(NAME, Severity.PASSED, "the service is as its file says")
    return None


def sentence(intent: Intent) -> str:
    """Return a line for the question before a rollout; empty if there is nothing to say."""
    if intent.unsent:
        return (
            f"The service differs from its file in {listed(intent.unsent)}; "
            "without --update-service that isn't sent."
        )
    if intent.update.there:
        return f"The update also changes {_described(intent.update.there)}."
    return ""


async def look(context: Context, request: Request) -> str:
    """Return a line about the settings before anyone is asked; nothing is changed.

    The question doesn't wait for AWS for long: what is wrong there, the rollout reports.
    """
    with anyio.move_on_after(LOOK_S), contextlib.suppress(AwsError):
        service = await context.service.require(tags=True)
        return sentence(await intended(context, request, service))
    return ""


def _described(settings: Settings) -> str:
    """Return the names of settings, with those that the file doesn't have marked as removed."""
    gone = {name for name, value in settings.sent.items() if _is_off(value)}
    count = settings.sent.get(_COUNT)
    names = [
        f"{_COUNT} to {count}" if name == _COUNT else f"{name} (removed)" if name in gone else name
        for name in settings.names
    ]
    return listed(names)


def _is_off(value: Any) -> bool:
    return value in ([], {"enabled": False}, {"metricConfigurations": []})


def still_ours(settings: Settings, now: Service, sent: Shape) -> Shape:
    """Return the settings that restore a service, without a count that someone changed since."""
    return {
        name: value
        for name, value in settings.sent.items()
        if name != _COUNT or sent.get(_COUNT) in (None, now.desired_count)
    }


def unrestored(now: Service, there: Settings, back: Settings) -> tuple[str, ...]:
    """Return the settings of a service that was rolled back which are still as an update made them.

    A setting that has a third value by now was changed by someone else.

    Args:
        now: The service, described with its tags.
        there: The settings that the update sent.
        back: The settings that restore the service.
    """
    left = [
        name
        for name in KEPT_BY_ECS
        if name in there.sent
        and name in back.sent
        and _includes(now.raw.get(name), there.sent[name])
        and not _includes(now.raw.get(name), back.sent[name])
    ]
    tags = {tag["key"]: tag.get("value") or "" for tag in now.raw.get("tags") or []}
    put = (tags.get(k) == v and back.tags.put.get(k) != v for k, v in there.tags.put.items())
    gone = (key not in tags and key in back.tags.put for key in there.tags.gone)
    return (*left, *(("tags",) if any((*put, *gone)) else ()))


async def restored(
    context: Context, outcome: RolledBack, back: Settings, sent: Shape
) -> RolledBack | Unproven:
    """Restore what the rollback of a deployment didn't, and return the outcome.

    Args:
        sent: The settings that the update had sent.
    """
    try:
        await restore(context, back, sent)
    except AwsError as error:
        text = f"{outcome.message}; rolled back, but {listed(back.names)} might not be restored"
        return Unproven(outcome.reason, f"{text}: {error.what}", error.next_step)
    return outcome


async def restore(context: Context, back: Settings, sent: Shape) -> None:
    """Restore what the rollback of a deployment didn't: other settings, and tags.

    Args:
        sent: The settings that the update had sent.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    if not back:
        return
    now = await context.service.require()
    wanted = still_ours(back, now, sent)
    left = {
        name: wanted[name]
        for name in KEPT_BY_ECS
        if name in wanted and not _includes(now.raw.get(name), wanted[name])
    }
    if left:
        place = context.place
        await context.ecs.update_service(
            {"cluster": place.cluster, "service": place.service, **left}
        )
    await tag(context, now, back)


async def tag(context: Context, service: Service, settings: Settings) -> None:
    """Change the service's tags.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """
    if settings.tags.put:
        await context.ecs.tag(service.arn, settings.tags.put)
    if settings.tags.gone:
        await context.ecs.untag(service.arn, settings.tags.gone)


def _includes(shown: Any, wanted: Any) -> bool:
    """Return whether a described setting has a value; a description also shows defaults."""
    if isinstance(wanted, dict):
        return all(_includes((shown or {}).get(key), value) for key, value in wanted.items())
    return bool(shown == wanted) or (not shown and not wanted)
