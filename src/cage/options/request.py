"""The request for an operation: one value, whose fields declare their settings."""

from __future__ import annotations

import dataclasses
import functools
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cage.checks.approve import Approval
from cage.checks.requests import Requested, kinds
from cage.knobs.kinds import Read, Switch, Text, seconds, whole
from cage.knobs.knob import Knob, knobs_of, setting
from cage.options.access import Access
from cage.options.command_line import quoted, variable_of
from cage.options.sources import Sources
from cage.options.timeouts import Timeouts
from cage.registry import plug_ins

if TYPE_CHECKING:
    from cage.availability.floor import Floor
    from cage.context import Place
    from cage.masking.mask import Mask
    from cage.model.base import Shape

_WHERE, _HOW = "Service", "Rollout"


def _floor(text: str) -> Floor:
    from cage.availability.floor import read  # noqa: PLC0415  every command's help calls this

    return read(text)


def running_as(wanted: bool = True) -> str | None:
    """Return who runs this process, and where, like `ana@laptop`; None if not requested."""
    if not wanted:
        return None
    import getpass  # noqa: PLC0415  only a lock needs it, and every command's help calls this
    import socket  # noqa: PLC0415

    try:
        user = getpass.getuser()
    except (ImportError, KeyError, OSError):  # no variable is set, and the uid has no entry
        user = "someone"
    return re.sub(r"[^\w.@-]", "_", f"{user}@{socket.gethostname()}")[:100]


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """The request for a rollout, or for another operation on a service.

    Attributes:
        task_definition: Input of register-task-definition.
        service_definition: Input of create-service.
        lock_as: Who acquires the service's lock for the rollout, like `ana@laptop`; None: no one.
        checks: Checks in addition to those that every canary gets.
        extras: The values of plug-ins' settings, by name.
        directory: The definition directory, for the command that resumes; empty if none.
        kept: The settings in `cage.json`, by name: a command repeats only what differs from them.
    """

    region: str = setting(
        "--region",
        Text(),
        "AWS Region.",
        usual="the profile's",
        variables=("CAGE_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"),
        heading=_WHERE,
    )
    cluster: str = setting(
        "--cluster", Text(), "Cluster, by name or ARN.", usual="service.json's", heading=_WHERE
    )
    service: str = setting(
        "--service", Text(), "Service name.", usual="service.json's", key="", heading=_WHERE
    )
    revision: str | None = setting(
        "--task-definition-arn",
        Text("REVISION"),
        "Use this revision (ARN or family:revision) instead of task-definition.json.",
        old=("--taskDefinitionArn",),
        key="",
        default=None,
        resumes=False,
        heading=_WHERE,
    )
    task_definition: Shape | None = None
    service_definition: Shape | None = None
    canary_instance: str | None = setting(
        "--canary-instance-arn",
        Text("INSTANCE"),
        "Where the canary of an EC2 service starts: an EC2 instance id (i-…), a container "
        "instance id or ARN, or auto.",
        old=("--canaryInstanceArn",),
        default=None,
        heading=_HOW,
    )
    no_canary: bool = setting(
        "--no-canary",
        Switch(),
        "Update the service without a canary task. Preflight checks, confirmation, rollback, lock, "
        "floor and diagnosis stay. Checks that ask the canary can't be requested.",
        default=False,
        resumes=False,  # what it left has no canary either
        heading=_HOW,
    )
    allow_second_copy: bool = setting(
        "--allow-second-copy",
        Switch(),
        "Start the canary although ECS never runs two tasks of the service at once: its desired "
        "count is 1, and its maximumPercent allows no second task.",
        default=False,
        heading=_HOW,
    )
    allow_active_alarms: bool = setting(
        "--allow-active-alarms",
        Switch(),
        "Roll out although a deployment alarm of the service is in ALARM already.",
        default=False,
        heading=_HOW,
    )
    update_service: bool = setting(
        "--update-service",
        Switch(),
        "Also change the service's settings and tags to match service.json. Settings that the "
        "file leaves out get ECS's default. The desired count stays.",
        old=("--updateService",),
        old_variables=("CAGE_UPDATE_SERVIEC",),  # the Go tool's spelling
        default=False,
        heading=_HOW,
    )
    desired_count: int | None = setting(
        "--desired-count",
        whole(),
        "Also change how many tasks the service wants.",
        usual="the count stays, whatever service.json says",
        key="",  # kept in a file, it would undo what autoscaling does
        default=None,
        heading=_HOW,
    )
    on_failure: str = setting(
        "--on-failure",
        Text(words=("rollback", "keep")),
        "Roll back or keep a failed deployment that ECS doesn't roll back.",
        default="rollback",
        heading=_HOW,
    )
    on_pause: str | None = setting(
        "--on-pause",
        Text(words=("wait", "leave", "continue")),
        "At a pause of the deployment: wait until someone decides, leave it to ECS and end, or "
        "continue it.",
        usual="wait on a terminal, otherwise leave",
        default=None,
        resumes=False,
        heading=_HOW,
    )
    on_timeout: str = setting(
        "--on-timeout",
        Text(words=("leave", "rollback")),
        "When --service-stable-timeout expires and nothing is wrong with the deployment: leave it "
        "to ECS and end with exit code 6, or roll it back. A deployment whose tasks fail is "
        "always rolled back.",
        default="leave",
        heading=_HOW,
    )
    floor: Floor | None = setting(
        "--floor",
        Read(_floor, "N|P%"),
        "How many healthy targets the service must keep, as a number or a percentage of its "
        "desired count. Fewer abort the rollout, or roll it back.",
        default=None,
        heading=_HOW,
    )
    verify: bool = setting(
        "--no-verify",
        Switch(off=True),
        "Skip the preflight checks.",
        name="verify",
        variables=("CAGE_VERIFY",),
        key="verify",
        default=True,
        heading=_HOW,
    )
    wait_for_turn_s: float | None = setting(
        "--wait-for-turn",
        seconds(),
        "How long to wait for another rollout of the service to end, instead of stopping.",
        default=None,
        heading=_HOW,
    )
    lock_as: str | None = setting(
        "--lock",
        Switch(made=running_as),
        "Hold the service's lock in SSM Parameter Store while the rollout runs, so no one else "
        "can roll it out.",
        default=None,
        heading=_HOW,
    )
    timeouts: Timeouts = dataclasses.field(default_factory=Timeouts)
    checks: Requested = dataclasses.field(default_factory=Requested)
    access: Access = dataclasses.field(default_factory=Access)
    sources: Sources = dataclasses.field(default_factory=Sources)
    extras: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    directory: str = ""
    kept: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def longest_s(self) -> float:
        """The longest time that the rollout can take, with its checks and the approval."""
        return self.timeouts.longest_s + self.checks.longest_s

    def mask(self, environ: Mapping[str, str] | None = None) -> Mask:
        """Return the mask for the secrets of the request, and of the process's variables."""
        from cage.masking.mask import Mask  # noqa: PLC0415  no help needs it

        access = (self.access.profile or "", self.access.endpoint_url or "")
        names = (self.region, self.cluster, self.service, self.directory, *access)
        return Mask(self.task_definition, self.service_definition, public=names, environ=environ)

    @property
    def resume_command(self) -> str:
        """The command line that continues a rollout of this request, or cleans up."""
        words = ["cage", "resume", *([self.directory] if self.directory else [])]
        words += self.place.words
        said = list(self._said())
        variables = [word for knob, value in said for word in variable_of(knob, value)]
        flags = [word for knob, value in said for word in quoted(knob, value)]
        return " ".join([*variables, shlex.join(words), *flags])

    @property
    def naming(self) -> str:
        """The flags that specify the service for one of cage's commands."""
        return self.place.flags

    @property
    def place(self) -> Place:
        """Where the service is, and how AWS is reached there."""
        from cage.context import Place  # noqa: PLC0415  no help needs it

        return Place(self.region, self.cluster, self.service, self.access.words)

    def _said(self) -> Iterator[tuple[Knob, Any]]:
        """Yield the settings that a command repeats: those that differ from what the files say."""
        named = {"region", "cluster", "service", *(knob.name for _, knob in knobs_of(Access))}
        for knob, value in self.values():
            usual = self.kept.get(knob.name, knob.default)
            same = bool(value) is bool(usual) if knob.kind.is_switch else value == usual
            if knob.resumes and knob.name not in named and not same:
                yield knob, value

    def values(self) -> Iterator[tuple[Knob, Any]]:
        """Yield every setting with its value: of the rollout, of its checks, of plug-ins."""
        for path, knob in knobs_of(Request):
            value: Any = self
            for name in path.split("."):
                value = getattr(value, name)
            yield knob, value
        said = self.checks.approve
        for name, knob in knobs_of(Approval):
            if name == "wanted":
                yield knob, said is not None
            elif said is not None:
                yield knob, getattr(said, name)
        for kind in kinds():
            found = self.checks.by_kind.get(kind.name, ())
            if not kind.flags:
                yield kind.knob, found
            elif len(found) == 1 and found != self.kept.get(kind.knob.name):
                yield from ((knob, getattr(found[0], knob.name)) for knob in kind.flags)
        yield from ((knob, self.extras.get(knob.name, knob.default)) for knob in extra_knobs())


@functools.cache
def extra_knobs() -> tuple[Knob, ...]:
    """Return the settings that plug-ins declare."""
    return tuple(plug_ins("cage.settings"))


def field_of(name: str) -> Knob:
    """Return the knob of a field of `Request`, by the path to it, such as `timeouts.stable_s`."""
    return dict(knobs_of(Request))[name]


def check_knobs() -> Iterator[Knob]:
    """Yield the settings of every kind of check that can be requested, and of the approval."""
    for kind in kinds():
        yield from kind.flags or (kind.knob,)
    yield from (knob for _, knob in knobs_of(Approval))


def all_knobs() -> tuple[Knob, ...]:
    """Return every setting of an operation once, in the order of the help."""
    own = [knob for _, knob in knobs_of(Request)]
    held = [kind.knob for kind in kinds() if kind.flags]
    return (*own, *check_knobs(), *held, *extra_knobs())
