"""The ways to decide about a rollout without AWS, while it runs on the command line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from cage.command.running import Operation, on_stdout
from cage.context import Context
from cage.model import events
from cage.model.result import Result
from cage.options.request import Request
from cage.probes import decision_file, keyboard, signals
from cage.runtime.background import background
from cage.runtime.decisions import Decisions

if TYPE_CHECKING:
    from cage.options.invocation import Invocation

Telling: TypeAlias = Callable[[Context, Request, Decisions | None], Awaitable[Result]]
"""A rollout, or its resumption."""


def deciding(tell: Telling, request: Request, call: Invocation) -> Operation:
    """Return a rollout that a terminal, a file and signals can decide about.

    The terminal is used only if it shows the live line, regardless of --yes: that flag answers
    the question at the start.

    Raises:
        UsageError: The decision file already exists.
    """
    approve = request.checks.approve
    file = approve.file if approve else None
    if file is not None:
        decision_file.require_absent(file)
    terminal = keyboard.terminal() if approve and on_stdout(call) == "terminal" else None
    ways = (
        *((keyboard.WAY,) if terminal is not None else ()),
        *((f"write promote or abort to {file}",) if file else ()),
        *signals.ways(),
    )

    async def run(context: Context, request: Request) -> Result:
        decisions = Decisions(ways)
        async with background() as tasks:
            tasks.start_soon(signals.listen, decisions, context.notice)
            if file is not None:
                tasks.start_soon(decision_file.watch, file, decisions, context.notice)
            if terminal is not None:
                tasks.start_soon(keyboard.ask, terminal, decisions, _shown(context))
            result = await tell(context, request, decisions)
            tasks.cancel_scope.cancel()
        return result

    return run


def _shown(context: Context) -> Callable[[str], object]:
    return lambda text: context.tell(events.WaitProgressed(text))
