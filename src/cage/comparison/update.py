"""The update that gives a live service its file's settings, and the one that undoes it. Pure.

UpdateService changes most settings, TagResource and UntagResource change tags, and nothing changes
a service's identity.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from cage.comparison.defaults import default_of
from cage.comparison.differences import service_differences
from cage.comparison.reduction import reduced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.comparison.differences import Differences
    from cage.comparison.reading import Live
    from cage.model.base import Shape
    from cage.ports.shapes import AwsShape, Shapes

_CONTROLLER = "deploymentController"
_PROVIDERS = "capacityProviderStrategy"

_OFF: Mapping[str, Any] = {
    "capacityProviderStrategy": [],
    "gatewayConnectors": [],
    "loadBalancers": [],
    "monitoring": {"metricConfigurations": []},
    "placementConstraints": [],
    "placementStrategy": [],
    "serviceConnectConfiguration": {"enabled": False},
    "serviceRegistries": [],
    "volumeConfigurations": [],
    "vpcLatticeConfigurations": [],
}
"""The values that remove a setting: UpdateService leaves absent ones unchanged.

Source: API reference, UpdateService: an empty list removes load balancers, registries and
placement, and leads back from capacity providers to the launch type. *Unknown* for volumes, VPC
Lattice, gateways and metrics; API reference, MonitoringConfiguration, accepts no items.
"""

_OF_STRATEGY = {
    "canaryConfiguration": "CANARY",
    "earlySuccessCriteria": "ROLLING",
    "linearConfiguration": "LINEAR",
}
"""Parts of a deployment configuration that only one strategy accepts (API reference,
DeploymentConfiguration)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Tags:
    """A change of a service's tags.

    Attributes:
        put: The tags to set.
        gone: The keys of the tags to remove.
    """

    put: Mapping[str, str] = dataclasses.field(default_factory=dict)
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.put or self.gone)


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a service to send.

    Attributes:
        sent: Input of update-service, apart from the service and its revision.
        tags: The change of its tags.
        launch_type: The launch type that an empty capacity provider strategy leads back to.
    """

    sent: Shape = dataclasses.field(default_factory=dict)
    tags: Tags = dataclasses.field(default_factory=Tags)
    launch_type: str = ""

    def __bool__(self) -> bool:
        return bool(self.sent or self.tags)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the settings, as a service's file has them."""
        return (*self.sent, *(("tags",) if self.tags else ()))


def combined(first: Settings, then: Settings) -> Settings:
    """Return the settings that have the effect of two, one sent after the other."""
    put = {k: v for k, v in first.tags.put.items() if k not in then.tags.gone}
    gone = tuple(k for k in first.tags.gone if k not in then.tags.put)
    return Settings(
        {**first.sent, **then.sent},
        Tags({**put, **then.tags.put}, tuple(dict.fromkeys((*gone, *then.tags.gone)))),
        then.launch_type or first.launch_type,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Update:
    """The update that gives a live service the settings of its definition file.

    Attributes:
        there: The settings to send.
        back: The settings that restore the service as it is.
        fixed: The members that differ, and that nothing can change.
    """

    there: Settings = dataclasses.field(default_factory=Settings)
    back: Settings = dataclasses.field(default_factory=Settings)
    fixed: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all settings that differ."""
        return (*self.there.names, *self.fixed)


def service_update(live: Live, wanted: Shape, shapes: Shapes) -> Update:
    """Return what brings a live service to a definition.

    Args:
        wanted: Input of create-service, as a file has it.
    """
    shape = shapes.input_of("CreateService")
    members = shapes.input_of("UpdateService").members
    found = service_differences(live, wanted, shape)
    names = tuple(dict.fromkeys((*found.members, *found.uncompared)))
    moves = _PROVIDERS in names and _can_move(live.input, wanted)
    changed = [
        name
        for name in names
        if name in members
        and name != _CONTROLLER
        and (moves or name != _PROVIDERS)
        and not _stays(name, wanted)
    ]
    fixed = tuple(
        name
        for name in names
        if name not in {*changed, "tags"} and not (name == "launchType" and moves)
    )
    there, back = _tags(found, live.input, wanted)
    return Update(
        Settings(
            {name: _value(name, wanted, live.input, shape) for name in changed},
            there,
            str(wanted.get("launchType") or ""),
        ),
        Settings(
            {
                name: _value(name, live.input, wanted, shape)
                for name in changed
                if name not in live.unread and not _stays(name, live.input)
            },
            back,
            str(live.input.get("launchType") or ""),
        ),
        fixed,
    )


def reverse(live: Live, settings: Settings, shapes: Shapes) -> Settings:
    """Return what restores the settings of a live service after others were sent."""
    shape = shapes.input_of("CreateService")
    goal = {**live.input, **settings.sent}
    sent = {
        name: _value(name, live.input, goal, shape)
        for name in settings.sent
        if name not in live.unread and not _stays(name, live.input)
    }
    now = _by_key(live.input)
    old = {key: now[key] for key in (*settings.tags.put, *settings.tags.gone) if key in now}
    tags = Tags(old, tuple(key for key in settings.tags.put if key not in now))
    return Settings(sent, tags, str(live.input.get("launchType") or ""))


def _can_move(live: Shape, wanted: Shape) -> bool:
    """Return whether UpdateService can lead to where a definition places the tasks.

    An empty strategy leads back to the launch type (API reference, UpdateService), not to
    another one.
    """
    if wanted.get(_PROVIDERS):
        return True
    return (wanted.get("launchType") == "FARGATE") is _on_fargate(live)


def _stays(name: str, goal: Shape) -> bool:
    """Return whether UpdateService can't lead to a goal, as nothing removes the setting there.

    A service can't lose its network configuration, and only Fargate has a platform version.
    """
    if name == "platformVersion":
        return not goal.get(name) and not _on_fargate(goal)
    return name == "networkConfiguration" and not goal.get(name)


def _on_fargate(service: Shape) -> bool:
    """Return whether a service can run on Fargate; one that doesn't say so can."""
    providers = service.get(_PROVIDERS) or []
    if providers:
        return any(str(one.get("capacityProvider")).startswith("FARGATE") for one in providers)
    return service.get("launchType") in {None, "", "FARGATE"}


def _value(name: str, goal: Shape, other: Shape, shape: AwsShape) -> Any:
    """Return the value that leads to a goal's, whatever the other side has."""
    value = goal.get(name)
    if name == "deploymentConfiguration":
        top = reduced(other, shape)
        return _whole(value or {}, top.get(name) or {}, shape.members[name], goal)
    if value not in (None, [], {}, ""):
        return value
    return _OFF.get(name, default_of(shape.name, name, goal, goal))


def _whole(goal: Shape, other: Shape, shape: AwsShape, top: Shape) -> Shape:
    """Return a structure with an explicit default for each part that only the other side has.

    Whether UpdateService keeps a part that is left out is *unknown*; this way it doesn't matter.
    """
    whole = {key: value for key, value in goal.items() if value is not None}
    strategy = whole.get("strategy") or "ROLLING"
    for key, value in other.items():
        only = _OF_STRATEGY.get(key, strategy)
        if only != strategy:
            continue
        part, member = whole.get(key), shape.members[key]
        if member.kind == "structure" and isinstance(value, dict):
            whole[key] = _whole(part or {}, value, member, top)
        elif part is None:
            default = [] if member.kind == "list" else default_of(shape.name, key, goal, top)
            if default is not None:
                whole[key] = default
    if whole:
        for key in shape.required:
            default = [] if shape.members[key].kind == "list" else None
            default = default_of(shape.name, key, goal, top) if default is None else default
            if whole.get(key) is None and default is not None:
                whole[key] = default
    return whole


def _tags(found: Differences, live: Shape, wanted: Shape) -> tuple[Tags, Tags]:
    """Return the change of tags there, and the one back."""
    if "tags" not in found.members:
        return Tags(), Tags()
    old, new = _by_key(live), _by_key(wanted)
    return _between(old, new), _between(new, old)


def _by_key(service: Shape) -> dict[str, str]:
    return {t["key"]: t.get("value") or "" for t in service.get("tags") or []}


def _between(old: Mapping[str, str], new: Mapping[str, str]) -> Tags:
    put = {key: value for key, value in new.items() if old.get(key) != value}
    return Tags(put, tuple(key for key in old if key not in new))
