"""What cage needs beside AWS: the canary's own answers, and the user's programs.

`cage.probes` implements these Protocols; the simulator has its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Protocol, TypeAlias


@dataclasses.dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request; `timeout_s` bounds all of it.

    Attributes:
        host: An IP address.
        headers: Never shown: they may hold a secret.
        tls: HTTPS; certificates aren't verified, since none holds a task's address.
    """

    host: str
    port: int
    method: str
    path: str
    headers: Mapping[str, str] = dataclasses.field(repr=False)
    timeout_s: float
    tls: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer; of its body, the first 64 KiB."""

    status: int
    body: str = dataclasses.field(repr=False)
    took_s: float


@dataclasses.dataclass(frozen=True, slots=True)
class NoAnswer:
    """There was no answer.

    Attributes:
        reached: Whether the host was reached; False if no packet came back from it.
        why: In a few words, as `connection refused`.
    """

    reached: bool
    why: str


class Http(Protocol):
    """A client for HTTP."""

    async def ask(self, request: HttpRequest) -> HttpAnswer | NoAnswer:
        """Send one request. Redirects aren't followed."""


@dataclasses.dataclass(frozen=True, slots=True)
class Program:
    """A program of the user's.

    Attributes:
        argv: The program and its arguments; no shell is in between.
        variables: What is added to cage's own environment.
        timeout_s: After that it is ended, with all that it started.
    """

    argv: tuple[str, ...]
    variables: Mapping[str, str]
    timeout_s: float


@dataclasses.dataclass(frozen=True, slots=True)
class Exited:
    """A program ended by itself; `code` is negative for a signal's number."""

    code: int
    output: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Ended:
    """A program took too long and was ended."""

    output: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class NotStarted:
    """A program could not be started."""

    why: str


ProgramResult: TypeAlias = Exited | Ended | NotStarted


class Programs(Protocol):
    """Runs programs."""

    async def run(self, program: Program) -> ProgramResult:
        """Run a program to its end. Cancelling ends it, with all that it started.

        The output is the last lines of stdout and stderr.
        """


@dataclasses.dataclass(frozen=True, slots=True)
class Outside:
    """All of it."""

    http: Http
    programs: Programs
