"""Does the canary answer HTTP, before any load balancer may send it traffic?"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping

from cage.canary.checks.protocol import Means, Questions
from cage.canary.checks.told import Told
from cage.canary.task import Canary
from cage.model.base import Shape
from cage.model.errors import RefusedError, UsageError
from cage.model.outcome import Failed, Inconclusive, Observation, Passed, Waiting
from cage.model.revisions import NetworkMode, Revision
from cage.model.services import Service
from cage.model.targets import Target
from cage.ports.outside import Http, HttpAnswer, HttpRequest
from cage.runtime import clock

_PAUSE_S = 5.0
_MARGIN_S = 60.0
_NO_REACH = (
    "Run cage where the canary's subnet can be reached (a runner in its VPC, and a security "
    "group that lets it in), or leave the http check out."
)


@dataclasses.dataclass(frozen=True, slots=True)
class HttpSettings:
    """What is asked of the canary over HTTP.

    Attributes:
        port: None takes the port that the service's load balancer uses, or else the first
            one that the revision maps.
        status: Ranges of codes, both ends included.
        within_s: How long the answer at `percentile` may take; None: as long as `timeout_s`.
        tries: How often everything is asked before it counts as failed.

    Raises:
        UsageError: The path doesn't begin with `/`.
    """

    path: str = "/"
    port: int | None = None
    method: str = "GET"
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    tls: bool = False
    status: tuple[tuple[int, int], ...] = ((200, 299),)
    body: re.Pattern[str] | None = None
    requests: int = 1
    percentile: float = 95.0
    within_s: float | None = None
    timeout_s: float = 5.0
    tries: int = 10

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise UsageError(f"{self.path!r} is no path.", "", "Write one, as /health.")

    @property
    def longest_s(self) -> float:
        """All tries, if each request takes as long as it may."""
        return self.tries * (self.requests * self.timeout_s + _PAUSE_S)

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:
        """Return why that can't be asked of a canary of a task definition; None if it can."""
        mode = definition.get("networkMode") or NetworkMode.BRIDGE
        if mode != NetworkMode.AWSVPC:
            return RefusedError(
                f"The http check can't reach a task with network mode {mode}.",
                "Such a task has no address of its own, and ECS doesn't tell its instance's.",
                "Use a command check, or leave the http check out.",
            )
        containers = definition.get("containerDefinitions") or []
        mapped = any(container.get("portMappings") for container in containers)
        if self.port is None and not service.load_balancers and not mapped:
            return RefusedError(
                f"The http check names no port, and {definition.get('family')} maps none.",
                "",
                "Set port in cage.json's checks.http, or pass --http :PORT/PATH.",
            )
        return None

    def questions(self, means: Means) -> Questions:
        """Return the check: before a load balancer may send the canary traffic."""
        return Questions(alone=(HttpCheck(self, means.outside.http),))


def http_settings(told: Told) -> HttpSettings:
    """Read an entry of `checks.http`.

    Raises:
        UsageError: A value can't be used; the message names its place.
    """
    path = told.text("path", "/", r"/[^\s\x00-\x20\x7f]*", "a path like /health")
    for name in told.said.get("headers") or {}:
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise told.wrong("headers", f"has no header's name: {name!r}", "Write one, as X-Probe.")
    headers = {
        name: told.inside("headers").text(name, "", r"[^\r\n\x00]*", "one line")
        for name in told.said.get("headers") or {}
    }
    return HttpSettings(
        path=path,
        port=told.whole("port", None, 1, 65535),
        method=told.text("method", "GET", r"[A-Z]+", "a method like GET").upper(),
        headers=headers,
        tls=bool(told.said.get("tls", False)),
        status=_ranges(
            told.text("status", "200-299", r"\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*", "200 or 200-299")
        ),
        body=told.pattern("body"),
        requests=told.whole("requests", 1, 1, 1000) or 1,
        percentile=told.number("percentile", 95.0, 1, 100) or 95.0,
        within_s=told.number("within", None, 0, 300),
        timeout_s=told.number("timeout", 5.0, 0.1, 300) or 5.0,
        tries=told.whole("tries", 10, 1, 1000) or 10,
    )


def _ranges(text: str) -> tuple[tuple[int, int], ...]:
    parts = (part.partition("-") for part in text.split(","))
    return tuple((int(low), int(high or low)) for low, _, high in parts)


def port_of(service: Service, revision: Revision) -> int | None:
    """Return the port that serves: the load balancer's, or the first one that is mapped."""
    mapped = (p.container_port for c in revision.containers for p in c.ports)
    return next((b.container_port for b in service.load_balancers), None) or next(mapped, None)


@dataclasses.dataclass(slots=True)
class HttpCheck:
    """Every request is answered as expected, and the answers come soon enough.

    While the application starts, refused connections and other answers are normal: so
    everything is asked up to `tries` times before it fails. If the canary is never
    reached, that says nothing about it: inconclusive.
    """

    settings: HttpSettings
    http: Http
    name: str = "http"
    holds: bool = True
    reads_task: bool = True
    late_remedy: str = "Ask for fewer requests, or give the application time with tries."
    _tried: int = 0
    _began: float | None = None

    @property
    def waits_for(self) -> str:
        """What is waited for."""
        return f"the canary to answer {self.settings.method} {self.settings.path}"

    @property
    def timeout_s(self) -> float:
        """All tries, and some for the address to show."""
        return self.settings.longest_s + _MARGIN_S

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """It was asked for, so it applies."""
        return True

    async def observe(self, canary: Canary) -> Observation:
        """Send all requests once, one after the other."""
        self._began = clock.monotonic() if self._began is None else self._began
        host = canary.address
        port = self.settings.port or port_of(canary.plan.service, canary.plan.revision)
        if host is None or port is None:
            return Waiting("ECS doesn't show the canary's address yet")
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
            most = f"{self.settings.within_s * 1000:.0f} ms is the most"
            return self._again(where, f"{said}, {most}", reached=True)
        self._tried = 0
        count = f"{len(took)} requests" if len(took) > 1 else "a request"
        return Passed(f"the canary answered {count} to {self.settings.path}, {said}")

    def _request(self, host: str, port: int) -> HttpRequest:
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
            waited_s = clock.monotonic() - (self._began or 0.0)
            return Waiting(message, waited_s + _PAUSE_S)
        message = f"{message} ({self._tried} tries)"
        if not reached:
            return Inconclusive("CanaryUnreachable", message, _NO_REACH)
        return Failed(
            "HttpCheckFailed",
            message,
            "Look at the application's log; raise tries if it starts slowly.",
        )


def percentile(values: list[float], percent: float) -> float:
    """Return the value that `percent` per cent don't exceed, by nearest rank."""
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]
