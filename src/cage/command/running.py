"""Running an operation from the command line: reports, signals, and the exit code."""

from __future__ import annotations

import dataclasses
import functools
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import anyio
import click

from cage.aws.calls import Caller
from cage.aws.clients import Clients
from cage.aws.gateway import gateway_of
from cage.command import files
from cage.command.ending import Ending, ended
from cage.command.reporting import Reporting
from cage.context import Context, Place
from cage.masking.mask import Mask
from cage.model import events
from cage.model.errors import DeclinedError
from cage.model.result import Result
from cage.options import output
from cage.options.access import Access
from cage.options.request import Request
from cage.probes import outside
from cage.reports.selection import Selected, known, selected
from cage.rollout.run import new_rollout_id
from cage.runtime import clock
from cage.runtime.background import background
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal
from cage.wording.harmless import harmless
from cage.wording.sentences import sentence

if TYPE_CHECKING:
    from cage.definitions import Definitions
    from cage.model.base import Shape
    from cage.options.invocation import Invocation

T = TypeVar("T")
Operation: TypeAlias = Callable[[Context, Request], Awaitable[Result]]


def clients(call: Invocation, service: Shape | None = None) -> Clients:
    """Return the AWS clients that a call specifies.

    Args:
        call: The command's call.
        service: The service definition, whose ARNs can contain the Region.

    Raises:
        UsageError: No Region is set, or the profile doesn't exist.
    """
    region = call.settings(service)["region"].value
    made = Clients(region, call.field("access.profile"), call.field("access.endpoint_url"))
    made.client("ecs")
    return made


def on_service(call: Invocation, *, all_services: bool = False) -> tuple[Clients, Place]:
    """Return the AWS clients, and the service, that a call or the service's file specifies.

    Args:
        all_services: Whether the service can be left out: the cluster is enough.

    Raises:
        DefinitionError: The service's file can't be used.
        UsageError: A required setting is not specified, or a value can't be used.
    """
    found = files.naming(call).service
    cluster, service = call.cluster(found) if all_services else call.place(found)
    made = clients(call, found)
    return made, place_of(call, made, cluster, service or "")


def place_of(call: Invocation, made: Clients, cluster: str, service: str) -> Place:
    """Return where a service is, and how the call reaches AWS there."""
    access = Access(call.field("access.profile"), call.field("access.endpoint_url"))
    return Place(made.region, cluster, service, access.words)


def prepared(
    call: Invocation, found: Definitions, *, resuming: bool = False
) -> tuple[Clients, Request]:
    """Return the AWS clients, and the request that a call and its files make.

    Raises:
        UsageError: A required setting is not specified, or a value can't be used.
    """
    make = functools.partial(call.request, found.service, found.task_definition, resuming=resuming)
    make()  # report other missing settings before the Region
    made = clients(call, found.service)
    return made, make(region=made.region)


def confirm(question: str, call: Invocation) -> None:
    """Ask on a terminal, unless flags disable the question.

    Raises:
        UsageError: A report can't be written.
        DeclinedError: The answer is no.
        click.Abort: Ctrl-C.
    """
    reporting().open(reports(call))
    if may_ask(call):
        require_yes(question)


def confirm_with(
    question: str,
    look: Callable[[Context], Awaitable[str]],
    request: Request,
    made: Clients,
    call: Invocation,
) -> None:
    """Ask on a terminal, unless flags disable the question, after a line that depends on AWS.

    Args:
        look: Returns the line; empty: there is nothing to say.

    Raises:
        UsageError: A report can't be written.
        click.Abort: The answer is no.
    """
    reporting().open(reports(call))
    if may_ask(call):
        place = request.place
        line = ask(look, made, place, request.mask(os.environ))
        if line:
            click.echo(harmless(line), err=not sys.stdout.isatty())
        require_yes(question)


def require_yes(question: str) -> None:
    """Ask on a terminal.

    Raises:
        DeclinedError: The answer is no.
        click.Abort: Ctrl-C.
    """
    # Where stdout goes to a pipe, the question still goes to whoever is asked.
    if not click.confirm(harmless(question), err=not sys.stdout.isatty()):
        raise DeclinedError("Not confirmed.")


def reporting() -> Reporting:
    """Return the reports of the running command."""
    return click.get_current_context().ensure_object(Reporting)


def reports(call: Invocation, default: str = "") -> tuple[Selected, ...]:
    """Return the reports that the flags select.

    Args:
        default: The kind for stdout; empty: chosen automatically.

    Raises:
        UsageError: They can't be used.
    """
    wanted = (*call.value(output.REPORTS), *(("json",) if call.value(output.JSON) else ()))
    live = sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")
    return selected(wanted, known(), default or ("terminal" if live else "plain"))


def on_stdout(call: Invocation, default: str = "") -> str:
    """Return the kind of report that goes to stdout; for `default`, see `reports`."""
    return next(one.report.name for one in reports(call, default) if not one.file)


def run(operation: Operation, request: Request, made: Clients, call: Invocation) -> Ending:
    """Run an operation to its end, and return how it ended."""
    place = request.place
    mask = request.mask(os.environ)
    if request.on_pause is None:
        on_pause = "wait" if on_terminal() else "leave"
        request = dataclasses.replace(request, on_pause=on_pause)
    result = act(lambda context: operation(context, request), made, place, call, mask=mask)
    return ended(result, request.service, shown=on_stdout(call) != "json")


def ask(
    question: Callable[[Context], Awaitable[T]],
    made: Clients,
    place: Place,
    mask: Mask | None = None,
) -> T:
    """Query AWS, and return the answer. Retries are reported on stderr.

    Raises:
        AwsError: AWS refused, or didn't answer.
    """

    def retried(event: events.CallRetried) -> None:
        sys.stderr.write(f"{harmless((sentence(event) or '').strip())}\n")

    caller = Caller(made.region, retried=retried, mask=mask)
    return anyio.run(
        question, Context(gateway_of(made.client, caller, outside(), made.expire), place)
    )


def act(
    work: Callable[[Context], Awaitable[T]],
    made: Clients,
    place: Place,
    call: Invocation,
    interruption: Interruption | None = None,
    *,
    mask: Mask | None = None,
    quiet: bool = False,
) -> T:
    """Do some work on AWS, with the reports and signal handling that every operation has.

    Args:
        place: The service or cluster that the work is about.
        mask: Masks secrets.
        quiet: Omit the reports.

    Raises:
        UsageError: A report can't be written.
    """
    if call.value(output.DEBUG):
        logging.basicConfig(level=logging.WARNING)
        logging.getLogger("cage").setLevel(logging.DEBUG)
    sinks = () if quiet else reporting().open(reports(call))
    hiding = mask or Mask(environ=os.environ)
    name = "" if quiet else new_rollout_id(clock.wall())
    journal = Journal(name, sinks, place.service, hiding)
    reporting().journal = journal
    caller = Caller(made.region, retried=journal.tell, mask=hiding)
    gateway = gateway_of(made.client, caller, outside(), made.expire)
    taking = interruption or Interruption(attended=on_terminal() and not os.environ.get("CI"))
    context = Context(gateway, place, journal, taking)
    return anyio.run(_act, work, context)


def may_ask(call: Invocation) -> bool:
    """Return whether someone can be asked, and hasn't disabled questions."""
    asked_not_to = agreed(call) or on_stdout(call) == "json"
    return not asked_not_to and sys.stdin.isatty()


def on_terminal() -> bool:
    """Return whether someone sees the output, and can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def agreed(call: Invocation) -> bool:
    """Return whether every question was answered with yes in advance."""
    return bool(call.value(output.YES) or os.environ.get("CI"))


async def _act(work: Callable[[Context], Awaitable[T]], context: Context) -> T:
    async with background() as tasks:
        tasks.start_soon(_listen, context)
        result = await work(context)
        tasks.cancel_scope.cancel()
    return result


async def _listen(context: Context) -> None:
    """Pass signals on, while the operation runs. SIGHUP stays ignored if it is, as by nohup."""
    wanted = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        wanted.append(signal.SIGHUP)
    with anyio.open_signal_receiver(*wanted) as signals:
        async for number in signals:
            again = context.interruption.signal is not None
            name, changed = signal.Signals(number).name, context.interruption.changed
            context.tell(events.SignalReceived(name, again, service_changed=changed))
            context.interruption(name)
