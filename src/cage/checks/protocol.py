"""The protocol of a check, and how a check is requested and found."""

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

MARGIN_S = 60.0
"""How much longer than the expected time a check can wait."""


class Check(Protocol):
    """A check of a task.

    A failing check returns a value. An exception means that cage or AWS failed.
    """

    @property
    def name(self) -> str:
        """One word, for programs."""

    @property
    def waits_for(self) -> str:
        """The text that completes: waiting for …."""

    @property
    def late_remedy(self) -> str:
        """The usual fix if the deadline passes without an answer; can be empty."""

    @property
    def timeout_s(self) -> float:
        """Seconds until the check stops waiting."""

    @property
    def reads_task(self) -> bool:
        """Whether each poll needs the task's current state."""

    @property
    def holds(self) -> bool:
        """Whether the check is repeated while the task bakes, and must pass then too."""

    def applies_to(self, service: Service, revision: Revision) -> bool:
        """Return whether the check applies to this service and revision."""

    async def observe(self, subject: Subject) -> Observation:
        """Poll once. The subject's task was just read and is not stopping."""


@runtime_checkable
class Watching(Protocol):
    """A check that also runs alongside the others, until they end."""

    @property
    def name(self) -> str:
        """One word, for programs."""

    async def watch(self, subject: Subject) -> Observation:
        """Poll once; only `Failed` ends the checks. The task can be out of date, or unknown."""


class Means(NamedTuple):
    """The clients that checks use; `logs` is None if logs can't be read."""

    region: str
    outside: Outside
    cloudwatch: CloudWatch
    logs: Logs | None


class Questions(NamedTuple):
    """The checks that one entry of `checks` creates.

    Attributes:
        alone: For a task that is not yet registered with a load balancer.
        serving: For a task that is registered in all of the service's target groups.
    """

    alone: tuple[Check, ...] = ()
    serving: tuple[Check, ...] = ()


class Settings(Protocol):
    """The settings in one entry of `checks`."""

    @property
    def longest_s(self) -> float:
        """The longest time that the checks can take, in seconds."""

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:
        """Return why the settings don't fit a task definition; None if they do."""

    def questions(self, means: Means) -> Questions:
        """Return the checks for one task."""


class Backdrop(Protocol):
    """The simulated state that a rehearsal prepares to let checks pass."""

    def alarm(self, name: str, state: str = "OK") -> None:
        """Create an alarm in a CloudWatch state."""

    def metric(self, query: str, value: float) -> None:
        """Return a value for every query that matches a regular expression."""

    def log(self, container: str, pattern: str) -> None:
        """Let each task log a line that a regular expression matches. Empty name: any container."""


def _nothing(_settings: Any, _backdrop: Backdrop) -> None:
    """Prepare nothing: the check needs nothing."""


class RequestedCheck(NamedTuple):
    """A kind of check that users request, declared once as `CHECK` in a file.

    Attributes:
        name: Its name in the library and the code: a keyword of `Checks`.
        knob: Its flag, key, and how it is read: a tuple of objects that implement `Settings`.
        flags: Flags that set the keys of one entry, each named like the field it sets.
        settings: Creates the settings of that entry.
        order: Checks run in this order; a plug-in's checks come last by default.
        rehearse: Prepares the simulated state that its settings need to pass.
        of_task: Whether the checks that its settings create look at the task itself.
    """

    name: str
    knob: Knob
    flags: tuple[Knob, ...] = ()
    settings: Callable[..., Any] | None = None
    order: int = 100
    rehearse: Callable[[Any, Backdrop], None] = _nothing
    of_task: bool = True
