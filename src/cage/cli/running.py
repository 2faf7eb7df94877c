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

from cage import clock, events
from cage.aws.calls import Caller
from cage.aws.clients import Clients
from cage.aws.ecs import BotoEcs
from cage.aws.elb import BotoTargetGroups
from cage.background import background
from cage.cli.exit_codes import ABORTED, exit_code
from cage.definitions import Definitions
from cage.errors import CageError
from cage.events import Journal, Sink
from cage.interruption import Interruption
from cage.operations.request import Gateway, Request, Result
from cage.operations.story import new_rollout_id
from cage.outcome import Promoted
from cage.report.wording import ending
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


def warn(found: Definitions) -> None:
    """Print what the definition files' warnings say."""
    for finding in found.warnings:
        sys.stderr.write(f"{finding}\n")


def run(operation: Operation, request: Request, made: Clients, flags: Mapping[str, Any]) -> int:
    """Run an operation to its end, and return the exit code."""

    async def work(gateway: Gateway, journal: Journal, interruption: Interruption) -> Result:
        return await operation(gateway, request, journal, interruption)

    result = act(work, made, flags)
    if flags["as_json"] and not isinstance(result.outcome, Promoted):
        for line in ending(result.outcome, request.service):
            sys.stderr.write(f"{line}\n")
    return exit_code(result.outcome)


def act(
    work: Callable[[Gateway, Journal, Interruption], Awaitable[T]],
    made: Clients,
    flags: Mapping[str, Any],
    interruption: Interruption | None = None,
) -> T:
    """Run some work on AWS, with the report and the signals that every operation has."""
    if flags["debug"]:
        logging.basicConfig(level=logging.WARNING)
        logging.getLogger("cage").setLevel(logging.DEBUG)
    with _sink(flags) as sink:
        return anyio.run(_act, work, made, sink, interruption or Interruption())


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


@contextlib.contextmanager
def _sink(flags: Mapping[str, Any]) -> Iterator[Sink]:
    """Yield the report that suits where the output goes."""
    if flags.get("quiet"):
        yield lambda _: None
    elif flags["as_json"]:
        from cage.report.jsonl import JsonLines

        yield JsonLines(sys.stdout)
    elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI"):
        from cage.report.console import Terminal

        with Terminal() as terminal:
            yield terminal
    else:
        from cage.report.plain import Plain

        yield Plain(sys.stdout)


async def _act(
    work: Callable[[Gateway, Journal, Interruption], Awaitable[T]],
    made: Clients,
    sink: Sink,
    interruption: Interruption,
) -> T:
    journal = Journal(new_rollout_id(clock.now()), (sink,))
    caller = Caller(made.region, retried=journal.tell)
    gateway = Gateway(
        BotoEcs(made.client("ecs"), caller), BotoTargetGroups(made.client("elbv2"), caller)
    )
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
