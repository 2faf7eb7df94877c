"""The interfaces outside AWS that cage needs: HTTP to the canary, and the user's programs.

`cage.probes` implements these Protocols; the simulator has its own.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias


@dataclasses.dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request; `timeout_s` limits all of it.

    Attributes:
        host: An IP address.
        headers: Never shown, because they can hold a secret.
        tls: HTTPS. Certificates aren't verified, because none is issued for a task's address.
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
    """An answer, with the first 64 KiB of its body."""

    status: int
    body: str = dataclasses.field(repr=False)
    took_s: float


@dataclasses.dataclass(frozen=True, slots=True)
class NoAnswer:
    """No answer arrived.

    Attributes:
        reached: Whether the host was reached; False if no packet came back from it.
        why: The reason in a few words, such as `connection refused`.
    """

    reached: bool
    why: str


class Http(Protocol):
    """An HTTP client."""

    async def ask(self, request: HttpRequest) -> HttpAnswer | NoAnswer:
        """Send one request. Redirects aren't followed."""


@dataclasses.dataclass(frozen=True, slots=True)
class Program:
    """A program that the user provides.

    Attributes:
        argv: The program and its arguments. It runs without a shell.
        variables: Variables to add to cage's own environment.
        timeout_s: After this time the program is ended, with all that it started.
    """

    argv: tuple[str, ...]
    variables: Mapping[str, str]
    timeout_s: float


@dataclasses.dataclass(frozen=True, slots=True)
class Exited:
    """A program ended without cage ending it; `code` is negative for a signal's number."""

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
        """Run a program until it ends. Canceling ends it, with all that it started.

        The output is the last lines of stdout and stderr.
        """


def unguessable() -> str:
    """Return 16 hexadecimal digits that no one can know beforehand."""
    return secrets.token_hex(8)


@dataclasses.dataclass(frozen=True, slots=True)
class Outside:
    """Everything outside AWS.

    Attributes:
        word: Returns a word of 16 hexadecimal digits; on AWS, one that no one can guess.
    """

    http: Http
    programs: Programs
    word: Callable[[], str] = unguessable
