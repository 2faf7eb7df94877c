"""Running an operation from the command line: reports, signals, and the exit code."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

import anyio
import click

from cage.aws.calls import Caller
from cage.aws.clients import Clients
from cage.aws.ecs import BotoEcs
from cage.aws.gateway import gateway_of
from cage.cli.exit_codes import ABORTED, exit_code
from cage.definitions.masking import secrets_in
from cage.model import events
from cage.model.errors import CageError
from cage.model.outcome import NothingToDo, Promoted
from cage.model.result import Result
from cage.operations.request import Request
from cage.ports.ecs import Ecs
from cage.ports.gateway import Gateway
from cage.probes import outside
from cage.reports.sentences import sentence
from cage.reports.wording import ending
from cage.rollout.story import new_rollout_id
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal, Sink
from cage.settings import REGION_KEYS, pick

T = TypeVar("T")
Operation: TypeAlias = Callable[[Gateway, Request, Journal, Interruption], Awaitable[Result]]


def clients(flags: Mapping[str, Any]) -> Clients:
    """Return the AWS clients that the flags ask for.

    Raises:
        UsageError: No Region is set, or the profile isn't there.
    """
    region = pick(("--region", flags.get("region")), REGION_KEYS, os.environ).value
    made = Clients(region, flags.get("profile"), flags.get("endpoint_url"))
    made.client("ecs")
    return made


def confirm(question: str, flags: Mapping[str, Any]) -> None:
    """Ask on a terminal, unless told not to.

    Raises:
        click.Abort: The answer is no.
    """
    asked_not_to = flags["yes"] or flags["as_json"] or os.environ.get("CI")
    if not asked_not_to and sys.stdin.isatty() and sys.stdout.isatty():
        click.confirm(question, abort=True)


def run(operation: Operation, request: Request, made: Clients, flags: Mapping[str, Any]) -> int:
    """Run an operation to its end, and return the exit code."""

    async def work(gateway: Gateway, journal: Journal, interruption: Interruption) -> Result:
        return await operation(gateway, request, journal, interruption)

    hidden = secrets_in(request.task_definition, request.service_definition)
    result = act(work, made, flags, hidden=hidden)
    if flags["as_json"] and not isinstance(result.outcome, Promoted | NothingToDo):
        for line in ending(
            result.outcome,
            request.service,
            result.availability,
            result.resume,
            result.canaries_left,
            result.operation,
        ):
            sys.stderr.write(f"{line}\n")
    return exit_code(result.outcome)


def ask(made: Clients, question: Callable[[Ecs], Awaitable[T]]) -> T:
    """Ask ECS something that changes nothing, and return the answer. Retries go to stderr.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """

    def retried(event: events.CallRetried) -> None:
        sys.stderr.write(f"{(sentence(event) or '').strip()}\n")

    ecs = BotoEcs(made.client("ecs"), Caller(made.region, retried=retried))
    return anyio.run(question, ecs)


def ask_all(made: Clients, request: Request, question: Callable[[Gateway], Awaitable[T]]) -> T:
    """Ask AWS something that changes nothing, as `ask` does, of more than ECS."""

    def retried(event: events.CallRetried) -> None:
        sys.stderr.write(f"{(sentence(event) or '').strip()}\n")

    hidden = secrets_in(request.task_definition, request.service_definition)
    caller = Caller(made.region, retried=retried, hidden=hidden)
    return anyio.run(question, gateway_of(made.client, caller, outside()))


def act(
    work: Callable[[Gateway, Journal, Interruption], Awaitable[T]],
    made: Clients,
    flags: Mapping[str, Any],
    interruption: Interruption | None = None,
    hidden: frozenset[str] = frozenset(),
) -> T:
    """Run some work on AWS, with the report and the signals that every operation has.

    Args:
        hidden: Texts that no message of AWS's may show.
    """
    if flags["debug"]:
        logging.basicConfig(level=logging.WARNING)
        logging.getLogger("cage").setLevel(logging.DEBUG)
    with _sink(flags) as sink:
        return anyio.run(_act, work, made, sink, interruption or Interruption(), hidden)


def failed(error: CageError) -> int:
    """Print what AWS refused before anything was changed, and return the exit code."""
    for line in (*error.lines(), "Nothing was changed."):
        sys.stderr.write(f"{line}\n")
    return ABORTED


def may_ask(flags: Mapping[str, Any]) -> bool:
    """Tell whether somebody is there to be asked, and wants to be."""
    return not agreed(flags) and sys.stdin.isatty() and sys.stdout.isatty()


def agreed(flags: Mapping[str, Any]) -> bool:
    """Tell whether every question is answered with yes beforehand."""
    return bool(flags["yes"] or os.environ.get("CI"))


def on_terminal(flags: Mapping[str, Any]) -> bool:
    """Tell whether the output goes to a terminal that can show a live line."""
    if flags["as_json"] or os.environ.get("TERM") == "dumb" or os.environ.get("CI"):
        return False
    return sys.stdout.isatty()


@contextlib.contextmanager
def _sink(flags: Mapping[str, Any]) -> Iterator[Sink]:
    """Yield the report that suits where the output goes."""
    if flags.get("quiet"):
        yield lambda _: None
    elif flags["as_json"]:
        from cage.reports.jsonl import JsonLines

        yield JsonLines(sys.stdout)
    elif on_terminal(flags):
        from cage.reports.console import Terminal

        with Terminal() as terminal:
            yield terminal
    else:
        from cage.reports.plain import Plain

        yield Plain(sys.stdout)


async def _act(
    work: Callable[[Gateway, Journal, Interruption], Awaitable[T]],
    made: Clients,
    sink: Sink,
    interruption: Interruption,
    hidden: frozenset[str],
) -> T:
    journal = Journal(new_rollout_id(clock.now()), (sink,))
    caller = Caller(made.region, retried=journal.tell, hidden=hidden)
    gateway = gateway_of(made.client, caller, outside())
    async with background() as tasks:
        tasks.start_soon(_listen, interruption, journal)
        result = await work(gateway, journal, interruption)
        tasks.cancel_scope.cancel()
    return result


async def _listen(interruption: Interruption, journal: Journal) -> None:
    """Hand signals on, for as long as the operation runs."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for number in signals:
            again = interruption.signal is not None
            journal.tell(events.SignalReceived(signal.Signals(number).name, again))
            interruption(signal.Signals(number).name)
