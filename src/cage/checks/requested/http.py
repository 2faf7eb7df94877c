"""Does the canary answer HTTP, before a load balancer can send it traffic?"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cage.checks.protocol import MARGIN_S, Means, Questions, RequestedCheck
from cage.knobs.kinds import (
    Many,
    Number,
    Read,
    Regex,
    Switch,
    Table,
    Text,
    UnfitError,
    seconds,
    whole,
)
from cage.knobs.knob import Entry, Knob, key
from cage.lazy import lazy
from cage.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.checks.subject import Subject
    from cage.model import outcome
    from cage.model.base import Shape
    from cage.model.outcome import Observation
    from cage.model.revisions import Revision
    from cage.model.services import Service
    from cage.ports.outside import Http, HttpAnswer, HttpRequest
else:
    outcome = lazy("cage.model.outcome")

_PAUSE_S = 5.0
_NO_REACH = (
    "Run cage where the canary's subnet can be reached (a runner in its VPC, and a security "
    "group that lets it in), or remove the http check."
)


def _ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Read `200-299,301`; both ends of a range are included."""
    if not re.fullmatch(r"\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*", text):
        raise UnfitError(f"is not a range of status codes: {text!r}", "Write 200 or 200-299,301")
    parts = (part.partition("-") for part in text.split(","))
    return tuple((int(low), int(high or low)) for low, _, high in parts)


@dataclasses.dataclass(frozen=True, slots=True)
class HttpSettings:
    """HTTP requests to the task's own address, before it can enter a target group.

    Raises:
        UsageError: The path doesn't begin with `/`.
    """

    path: str = key(
        Text(form=r"/[^\s\x00-\x20\x7f]*", example="a path like /health"),
        "The path, including its query.",
        default="/",
    )
    port: int | None = key(
        whole(1, 65535),
        "The port.",
        usual="the load balancer's, or the first mapped one",
        default=None,
    )
    method: str = key(
        Text(form="[A-Z]+", example="a method like GET"), "The method.", default="GET"
    )
    headers: Mapping[str, str] = key(
        Table(
            Text(form=r"[^\r\n\x00]*", example="one line"),
            name=r"[!#$%&'*+.^_`|~0-9A-Za-z-]+",
            example="a header's name like X-Probe",
        ),
        "Headers; they are never shown.",
        default_factory=dict,
        repr=False,
    )
    tls: bool = key(Switch(), "Whether to use HTTPS; certificates aren't verified.", default=False)
    status: tuple[tuple[int, int], ...] = key(
        Read(_ranges, "RANGES"),
        "The status codes that pass, such as 200 or 200-299,301.",
        usual="200-299",
        default=((200, 299),),
    )
    body: re.Pattern[str] | None = key(
        Regex(), "A regular expression that must match in the body's first 64 KiB.", default=None
    )
    requests: int = key(whole(1, 1000), "How many requests to send, one after another.", default=1)
    percentile: float = key(
        Number(1, 100), "The percentile of the response times that `within` limits.", default=95.0
    )
    within_s: float | None = key(
        seconds(0, 300), "Maximum seconds of the response time at that percentile.", default=None
    )
    timeout_s: float = key(seconds(0.1, 300), "Timeout of a request in seconds.", default=5.0)
    tries: int = key(
        whole(1, 1000), "How many times to try all of it before the check fails.", default=10
    )

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise UsageError(f"{self.path!r} is not a path.", "", "Write a path like /health.")

    @property
    def longest_s(self) -> float:
        """The time of all tries, if each request takes as long as it can."""
        return self.tries * (self.requests * self.timeout_s + _PAUSE_S)

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:
        """Return why a canary of a task definition can't be checked by HTTP; None if it can."""
        mode = definition.get("networkMode") or "bridge"
        if mode != "awsvpc":
            return RefusedError(
                f"The http check can't reach a task with network mode {mode}.",
                "Such a task has no address of its own, and ECS doesn't show its instance's.",
                "Use a command check, or remove the http check.",
            )
        containers = definition.get("containerDefinitions") or []
        mapped = any(container.get("portMappings") for container in containers)
        if self.port is None and not service.load_balancers and not mapped:
            return RefusedError(
                f"The http check specifies no port, and {definition.get('family')} maps none.",
                "",
                "Set port in cage.json's checks.http, or pass --http :PORT/PATH.",
            )
        return None

    def questions(self, means: Means) -> Questions:
        """Return the check, which runs before a load balancer can send the canary traffic."""
        return Questions(alone=(HttpCheck(self, means.outside.http),))


def _from_flag(text: str) -> Shape:
    """Read `[:PORT]PATH`."""
    found = re.fullmatch(r"(?::(\d{1,5}))?(/\S*)", text)
    if found is None:
        raise UnfitError(f"can't be read: {text!r}", "Write a path like /health or :8080/health")
    port, path = found.groups()
    return {"path": path} if port is None else {"path": path, "port": int(port)}


def _flag_of(settings: HttpSettings) -> str | None:
    """Return the flag's text, if only the path and the port are set."""
    plain = HttpSettings(settings.path, settings.port)
    port = f":{settings.port}" if settings.port else ""
    return f"{port}{settings.path}" if settings == plain else None


CHECK = RequestedCheck(
    name="http",
    order=10,
    knob=Knob(
        "--http",
        Many(
            Entry(HttpSettings, "HttpCheck", read=_from_flag, write=_flag_of, metavar="[:PORT]PATH")
        ),
        "Request this path from the canary itself, before it can enter a target group.",
        key="checks.http",
        variables=(),
        default=(),
        heading="Checks",
    ),
)


def port_of(service: Service, revision: Revision) -> int | None:
    """Return the serving port: the load balancer's, or the first one that is mapped."""
    mapped = (p.container_port for c in revision.containers for p in c.ports)
    served = (b.of(revision.raw).container_port for b in service.load_balancers)
    return next(served, None) or next(mapped, None)


class HttpCheck:
    """Every request gets the expected answer, and the answers come soon enough.

    While the application starts, refused connections and other answers are normal. So all
    requests are sent up to `tries` times before the check fails. If the canary is never reached,
    the check is inconclusive: it says nothing about the canary.
    """

    name = "http"
    holds = True
    reads_task = True
    late_remedy = "Lower requests, or raise tries if it starts slowly."

    def __init__(self, settings: HttpSettings, http: Http) -> None:
        self.settings = settings
        self.http = http
        self._tried = 0
        self._began: float | None = None

    @property
    def waits_for(self) -> str:
        """Describe what the check is waiting for."""
        return f"the canary to answer {self.settings.method} {self.settings.path}"

    @property
    def timeout_s(self) -> float:
        """The time of all tries, plus time for the address to appear."""
        return self.settings.longest_s + MARGIN_S

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return True: a requested check always applies."""
        return True

    async def observe(self, subject: Subject) -> Observation:
        """Send all requests once, one after the other."""
        from cage.model.targets import Target
        from cage.ports.outside import HttpAnswer
        from cage.runtime import clock

        self._began = clock.monotonic() if self._began is None else self._began
        host = subject.address
        port = self.settings.port or port_of(subject.service, subject.revision)
        if host is None or port is None:
            return outcome.Waiting("ECS doesn't show the canary's address yet")
        where = f"{'https' if self.settings.tls else 'http'}://{Target(host, port)}"
        took: list[float] = []
        for _ in range(self.settings.requests):
            answer = await self.http.ask(self._request(host, port))
            wrong = self._wrong(answer) if isinstance(answer, HttpAnswer) else answer.why
            if wrong is not None:
                reached = isinstance(answer, HttpAnswer) or answer.reached
                return self._again(where, wrong, reached=reached)
            took.append(answer.took_s if isinstance(answer, HttpAnswer) else 0.0)
        slow_s = percentile(took, self.settings.percentile)
        said = f"{slow_s * 1000:.0f} ms at percentile {self.settings.percentile:g}"
        if self.settings.within_s is not None and slow_s > self.settings.within_s:
            most = f"the limit is {self.settings.within_s * 1000:.0f} ms"
            return self._again(where, f"{said}, {most}", reached=True)
        self._tried = 0
        count = f"{len(took)} requests" if len(took) > 1 else "a request"
        return outcome.Passed(f"the canary answered {count} to {self.settings.path}, {said}")

    def _request(self, host: str, port: int) -> HttpRequest:
        from cage.ports.outside import HttpRequest

        settings = self.settings
        return HttpRequest(
            host=host,
            port=port,
            method=settings.method,
            path=settings.path,
            headers=settings.headers,
            timeout_s=settings.timeout_s,
            tls=settings.tls,
        )

    def _wrong(self, answer: HttpAnswer) -> str | None:
        settings = self.settings
        if not any(low <= answer.status <= high for low, high in settings.status):
            wanted = ",".join(f"{a}-{b}" if a != b else str(a) for a, b in settings.status)
            return f"answered {answer.status}, not {wanted}"
        if settings.body is not None and not settings.body.search(answer.body):
            return f"answered {answer.status}, but its body doesn't match {settings.body.pattern}"
        return None

    def _again(self, where: str, wrong: str, *, reached: bool) -> Observation:
        self._tried += 1
        message = f"{self.settings.method} {where}{self.settings.path}: {wrong}"
        if self._tried < self.settings.tries:
            from cage.runtime import clock

            waited_s = clock.monotonic() - (self._began or 0.0)
            return outcome.Waiting(message, waited_s + _PAUSE_S)
        message = f"{message} ({self._tried} tries)"
        if not reached:
            return outcome.Inconclusive("CanaryUnreachable", message, _NO_REACH)
        return outcome.Failed(
            "HttpCheckFailed",
            message,
            "Check the application's log. Raise tries if it starts slowly.",
        )


def percentile(values: list[float], percent: float) -> float:
    """Return the value that `percent` percent don't exceed, by nearest rank."""
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]
