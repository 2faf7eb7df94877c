"""Does the canary log what it must, and nothing that it must not?"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from cage.checks.protocol import MARGIN_S, Backdrop, Means, Questions, RequestedCheck
from cage.knobs.kinds import Many, Regex, Text, seconds
from cage.knobs.knob import Entry, Knob, key
from cage.lazy import lazy
from cage.model.base import several
from cage.model.errors import AwsError, AwsUnavailableError, NotFoundError, RefusedError, UsageError

if TYPE_CHECKING:
    import anyio

    from cage.checks.subject import Subject
    from cage.masking.mask import Mask
    from cage.model import outcome
    from cage.model.base import Shape
    from cage.model.outcome import Inconclusive, Observation, Waiting
    from cage.model.revisions import Revision
    from cage.model.services import Service
    from cage.model.telemetry import LogStream
    from cage.ports.logs import Logs
    from cage.runtime import clock
else:
    clock = lazy("cage.runtime.clock")
    outcome = lazy("cage.model.outcome")

LATE_S = 7.0
"""The awslogs driver sends log lines every 5 s (moby, daemon/logger/awslogs), and
CloudWatch shows them a second or two later."""

_QUIET_S = LATE_S + 2 * MARGIN_S
"""The longest time that reading the existing log can take."""

_PAGES = 100
_SHOWN = 200
_READ_IT = "Allow logs:GetLogEvents, and check awslogs-group and awslogs-region."


@dataclasses.dataclass(frozen=True, slots=True)
class LogsSettings:
    """Patterns that a container's awslogs log must match, and patterns that it must not match.

    Raises:
        UsageError: No pattern is specified.
    """

    must: tuple[re.Pattern[str], ...] = key(
        Many(Regex(), once=True), "Regular expressions; each must match a line.", default=()
    )
    must_not: tuple[re.Pattern[str], ...] = key(
        Many(Regex(), once=True),
        "Regular expressions; none must match a line before the promotion.",
        default=(),
    )
    container: str = key(
        Text(),
        "The container whose log is read.",
        usual="the load balancer's container, or the first essential one",
        default="",
    )
    timeout_s: float = key(
        seconds(1, 86400), "Seconds to wait for the lines of `must`.", default=300.0
    )

    def __post_init__(self) -> None:
        if not self.must and not self.must_not:
            raise UsageError(
                "A logs check has no pattern.",
                "",
                "Set must or must_not.",
            )

    @property
    def longest_s(self) -> float:
        """The longest time that both checks can take."""
        said_s = self.timeout_s + MARGIN_S if self.must else 0.0
        return said_s + (_QUIET_S if self.must_not else 0.0)

    def container_of(self, service: Service, definition: Shape) -> str:
        """Return the container whose log is read; empty if the task definition has none."""
        served = (balancer.of(definition).container_name for balancer in service.load_balancers)
        essential = (
            str(raw.get("name") or "")
            for raw in definition.get("containerDefinitions") or []
            if raw.get("essential") is not False
        )
        return self.container or next(served, "") or next(essential, "")

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:
        """Return why the container's log can't be read; None if it can."""
        from cage.diagnosis.log_streams import log_stream
        from cage.model.telemetry import LogStream

        container = self.container_of(service, definition)
        names = [str(raw.get("name")) for raw in definition.get("containerDefinitions") or []]
        if container not in names:
            return RefusedError(
                f"Container {container} of the logs check not found.",
                f"Task definition {definition.get('family')} has {', '.join(names)}.",
                "Set container in cage.json's checks.logs to one of them.",
            )
        stream = log_stream(definition, container, "")
        if isinstance(stream, LogStream):
            return None
        return RefusedError(
            f"The logs check can't read the log of container {container}.",
            f"{stream[0].upper()}{stream[1:]}.",
            "Use awslogs with a stream prefix for it, or specify another container.",
        )

    def questions(self, means: Means) -> Questions:
        """Return a check for required patterns, and one for forbidden patterns."""
        said = (LogsSaid(self, means.logs),) if self.must else ()
        quiet = (LogsQuiet(self, means.logs),) if self.must_not else ()
        return Questions(alone=said, serving=quiet)


def _must(settings: LogsSettings, backdrop: Backdrop) -> None:
    for pattern in settings.must:
        backdrop.log(settings.container, pattern.pattern)


CHECK = RequestedCheck(
    name="logs",
    order=30,
    rehearse=_must,
    knob=Knob(
        "",
        Many(Entry(LogsSettings, "LogsCheck")),
        "Log messages that the canary must or must not write.",
        name="logs",
        key="checks.logs",
        variables=(),
        default=(),
        heading="Checks",
    ),
    flags=(
        Knob(
            "--log-must",
            Many(Regex(), once=True),
            "Regex that must match a line of the canary's log.",
            name="must",
            key="",
            variables=(),
            default=(),
            heading="Checks",
        ),
        Knob(
            "--log-must-not",
            Many(Regex(), once=True),
            "Regex that must not match the canary's log before promotion.",
            name="must_not",
            key="",
            variables=(),
            default=(),
            heading="Checks",
        ),
    ),
    settings=LogsSettings,
)


def _lock() -> anyio.Lock:
    import anyio

    return anyio.Lock()


@dataclasses.dataclass(eq=False, repr=False)
class Search:
    """Searches a log stream from where it last stopped; each line is searched once.

    Attributes:
        found: The first line that matches each pattern.
        lines: The number of lines searched.
        up_to_date: Whether the last read reached the stream's end.
    """

    logs: Logs
    stream: LogStream
    patterns: tuple[re.Pattern[str], ...]
    found: dict[re.Pattern[str], str] = dataclasses.field(default_factory=dict)
    lines: int = 0
    up_to_date: bool = False
    _token: str | None = None
    _one: anyio.Lock = dataclasses.field(default_factory=_lock)

    async def go_on(self) -> None:
        """Read to the stream's end, or at most a hundred pages.

        An empty page is not the end: only a repeated token is (CloudWatch Logs API
        reference, GetLogEvents).

        Raises:
            NotFoundError: The stream, or its group, doesn't exist.
            AwsError: AWS refused, or didn't answer.
        """
        async with self._one:
            self.up_to_date = False
            for _ in range(_PAGES):
                page = await self.logs.page(self.stream, self._token)
                for line in page.lines:
                    self._look_at(line)
                self.up_to_date, self._token = page.token == self._token, page.token
                if self.up_to_date:
                    return

    def _look_at(self, line: str) -> None:
        self.lines += 1
        for pattern in self.patterns:
            if pattern not in self.found and pattern.search(line):
                self.found[pattern] = line


@dataclasses.dataclass(eq=False, repr=False)
class _Reading:
    """The parts that both checks share: one container's log, and how it is read.

    Attributes:
        patterns: The patterns to search for.
    """

    settings: LogsSettings
    logs: Logs | None
    patterns: tuple[re.Pattern[str], ...]
    _search: Search | None = None

    def container(self, subject: Subject) -> str:
        """Return the name of the container whose log is read."""
        return self.settings.container_of(subject.service, subject.revision.raw)

    async def read(self, subject: Subject) -> Search | Waiting | Inconclusive:
        """Read new log lines; return `Waiting` if the log doesn't exist yet.

        Raises:
            AwsUnavailableError: AWS didn't answer.
        """
        from cage.diagnosis.log_streams import log_stream

        if subject.task is None:
            return outcome.Waiting("ECS doesn't know the canary task yet")
        container = self.container(subject)
        stream = log_stream(subject.revision.raw, container, subject.task.id)
        if isinstance(stream, str) or self.logs is None:
            why = stream if isinstance(stream, str) else "no client for CloudWatch Logs was given"
            return outcome.Inconclusive(
                "LogUnreadable", f"the log of {container} can't be read: {why}"
            )
        self._search = self._search or Search(self.logs, stream, self.patterns)
        try:
            await self._search.go_on()
        except NotFoundError:
            return outcome.Waiting(f"{stream} doesn't exist")
        except AwsUnavailableError:
            raise
        except AwsError as error:
            message = f"the log of {container} can't be read: {error.what}"
            return outcome.Inconclusive("LogUnreadable", message, error.next_step)
        return self._search


class LogsSaid:
    """Each pattern matches a line in time. Once it has matched, it need not match again."""

    name = "logs"
    holds = False
    reads_task = True
    late_remedy = _READ_IT

    def __init__(self, settings: LogsSettings, logs: Logs | None) -> None:
        self._settings = settings
        self._reading = _Reading(settings, logs, settings.must)
        self._began: float | None = None

    @property
    def waits_for(self) -> str:
        """Describe what the check is waiting for."""
        return f"the canary to log {_shown(self._settings.must)}"

    @property
    def timeout_s(self) -> float:
        """The settings' own time limit, plus time in which AWS might not answer."""
        return self._settings.timeout_s + MARGIN_S

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return True: a requested check always applies."""
        return True

    async def observe(self, subject: Subject) -> Observation:
        """Read new lines, and check which patterns are still missing."""
        self._began = clock.monotonic() if self._began is None else self._began
        over = clock.monotonic() - self._began >= self._settings.timeout_s
        read = await self._reading.read(subject)
        if isinstance(read, outcome.Inconclusive):
            return read
        if isinstance(read, outcome.Waiting):
            return outcome.Inconclusive("LogUnreadable", read.message, _READ_IT) if over else read
        missing = tuple(p for p in self._settings.must if p not in read.found)
        container = self._reading.container(subject)
        if not missing:
            return outcome.Passed(f"container {container} logged {_shown(self._settings.must)}")
        if over and read.up_to_date:
            return outcome.Failed(
                "LogLineMissing",
                f"container {container} logged no line with {_shown(missing)} "
                f"within {self._settings.timeout_s:.0f} s ({_count(read.lines)})",
                "Check its log. Raise timeout in cage.json's checks.logs if it starts slowly.",
            )
        return outcome.Waiting(f"no line with {_shown(missing)} yet")


class LogsQuiet:
    """No pattern matches any line, from the start of the checks until the promotion."""

    name = "logs"
    waits_for = "the canary's log up to now"
    timeout_s = _QUIET_S
    holds = True
    reads_task = False
    late_remedy = _READ_IT

    def __init__(self, settings: LogsSettings, logs: Logs | None) -> None:
        self._settings = settings
        self._reading = _Reading(settings, logs, settings.must_not)
        self._began: float | None = None

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return True: a requested check always applies."""
        return True

    async def watch(self, subject: Subject) -> Observation:
        """Read new lines, alongside the other checks."""
        return await self._look(subject)

    async def observe(self, subject: Subject) -> Observation:
        """Read until everything that was logged before the first poll must have arrived."""
        self._began = clock.monotonic() if self._began is None else self._began
        looked_s = clock.monotonic() - self._began
        said = await self._look(subject)
        if isinstance(said, outcome.Waiting) and looked_s >= MARGIN_S:
            return outcome.Inconclusive("LogUnreadable", said.message, _READ_IT)
        if isinstance(said, outcome.Passed) and looked_s < LATE_S:
            return outcome.Waiting("the last lines might not have arrived yet", LATE_S)
        return said

    async def _look(self, subject: Subject) -> Observation:
        read = await self._reading.read(subject)
        if not isinstance(read, Search):
            return read
        container = self._reading.container(subject)
        for pattern, line in read.found.items():
            return outcome.Failed(
                "LogLineFound",
                f"container {container} logged a line with {_shown((pattern,))}: "
                f"{excerpt(line, pattern, subject.mask)}",
                "Check its log. Fix what it reports, or the pattern.",
            )
        if not read.up_to_date:
            return outcome.Waiting("the log is too long to have been read completely yet")
        patterns = _shown(self._settings.must_not)
        return outcome.Passed(
            f"container {container} logged no line with {patterns} ({_count(read.lines)})"
        )


def excerpt(line: str, pattern: re.Pattern[str], mask: Mask) -> str:
    """Return the part of a line around a match. The whole line is masked before it is cut."""
    shown = " ".join(mask.text(line, foreign=True).split())
    found = pattern.search(shown)
    first = max(0, found.start() - _SHOWN // 2) if found else 0
    part = shown[first : first + _SHOWN]
    return f"{'…' if first else ''}{part}{'…' if first + _SHOWN < len(shown) else ''}"


def _shown(patterns: tuple[re.Pattern[str], ...]) -> str:
    return ", ".join(f"/{pattern.pattern}/" for pattern in patterns)


def _count(lines: int) -> str:
    return several(lines, "line")
