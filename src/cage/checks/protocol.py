"""What a check is, and how one is requested and found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from cage.checks.subject import Subject
    from cage.knobs.knob import Knob
    from cage.model.base import Shape
    from cage.model.errors import RefusedError
    from cage.model.outcome import Observation
    from cage.model.revisions import Revision
    from cage.model.services import Service
    from cage.ports.cloudwatch import CloudWatch
    from cage.ports.logs import Logs
    from cage.ports.outside import Outside


class Check(Protocol):
    """A question to a task.

    A check that fails says so with a value. An exception means that cage or AWS broke.
    """

    @property
    def name(self) -> str:
        """One word, for programs."""

    @property
    def waits_for(self) -> str:
        """What the check waits for, as in: waiting for …."""

    @property
    def late_remedy(self) -> str:
        """What usually helps when no answer comes by the deadline; can be empty."""

    @property
    def timeout_s(self) -> float:
        """Seconds until the check stops waiting."""

    @property
    def reads_task(self) -> bool:
        """Whether each look needs the task as it is at that moment."""

    @property
    def holds(self) -> bool:
        """Whether the check is repeated while the task bakes, and must pass then too."""

    def applies_to(self, service: Service, revision: Revision) -> bool:
        """Return whether the check is for this service and revision at all."""

    async def observe(self, subject: Subject) -> Observation:
        """Look once. The subject's task is fresh, and isn't stopping."""


@runtime_checkable
class Watching(Protocol):
    """A check that also runs alongside the others, as long as they last."""

    @property
    def name(self) -> str:
        """One word, for programs."""

    async def watch(self, subject: Subject) -> Observation:
        """Look once; only `Failed` ends the checks. The task can be old, or not there yet."""


class Means(NamedTuple):
    """What checks look with; `logs` is None where nothing can read logs."""

    region: str
    outside: Outside
    cloudwatch: CloudWatch
    logs: Logs | None


class Questions(NamedTuple):
    """The checks that one entry of `checks` makes.

    Attributes:
        alone: For a task that no load balancer knows yet.
        serving: For a task that is registered wherever the service is.
    """

    alone: tuple[Check, ...] = ()
    serving: tuple[Check, ...] = ()


class Settings(Protocol):
    """What a user requests in one entry of `checks`."""

    @property
    def longest_s(self) -> float:
        """How long it can take at most, in seconds."""

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:
        """Return why it doesn't fit a task of a task definition; None if it does."""

    def questions(self, means: Means) -> Questions:
        """Return the checks, for one task."""


class Backdrop(Protocol):
    """What a rehearsal lets a check see: everything is as the check wants it."""

    def alarm(self, name: str, state: str = "OK") -> None:
        """Let an alarm exist, in a state of CloudWatch's."""

    def metric(self, query: str, value: float) -> None:
        """Let every query that a regular expression matches find a value."""

    def log(self, container: str, pattern: str) -> None:
        """Let each task log a line that a regular expression matches; no name: any container."""


def _nothing(_settings: Any, _backdrop: Backdrop) -> None:
    """Let nothing be there: the check needs nothing."""


class RequestedCheck(NamedTuple):
    """A kind of check that users request, declared once as `CHECK` in a file.

    Attributes:
        name: What the library and the code call it: a keyword of `Checks`.
        knob: Its flag, key, and how it is read: a tuple of what implements `Settings`.
        flags: Flags that give the keys of one entry, each named as the field it sets.
        settings: What makes that entry.
        order: Checks run in this order; a plug-in's come last unless it says otherwise.
        rehearse: Lets a rehearsal have what one of its settings needs to pass.
        of_task: Whether the task itself is looked at, by the checks that its settings make.
    """

    name: str
    knob: Knob
    flags: tuple[Knob, ...] = ()
    settings: Callable[..., Any] | None = None
    order: int = 100
    rehearse: Callable[[Any, Backdrop], None] = _nothing
    of_task: bool = True
