"""The ways to decide about a rollout from beside AWS, while it runs on the command line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from cage.command.running import Operation, on_stdout
from cage.model import events
from cage.model.result import Result
from cage.options.request import Request
from cage.ports.gateway import Gateway
from cage.probes import decision_file, keyboard, signals
from cage.runtime.background import background
from cage.runtime.decisions import Decisions
from cage.runtime.interruption import Interruption
from cage.runtime.journal import Journal

if TYPE_CHECKING:
    from cage.options.invocation import Invocation

Telling: TypeAlias = Callable[
    [Gateway, Request, Journal, Interruption | None, Decisions | None], Awaitable[Result]
]
"""A rollout, or its resumption."""


def deciding(tell: Telling, request: Request, call: Invocation) -> Operation:
    """Return a rollout with a terminal, a file and signals to decide about it.

    A terminal is asked only where there is one that shows the live line, and whatever --yes
    says: that answers the question at the start.

    Raises:
        UsageError: The file that is to decide is there already.
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

    async def run(
        gateway: Gateway, request: Request, journal: Journal, interruption: Interruption
    ) -> Result:
        decisions = Decisions(ways)
        async with background() as tasks:
            tasks.start_soon(signals.listen, decisions, _noted(journal))
            if file is not None:
                tasks.start_soon(decision_file.watch, file, decisions, _noted(journal))
            if terminal is not None:
                tasks.start_soon(keyboard.ask, terminal, decisions, _shown(journal))
            result = await tell(gateway, request, journal, interruption, decisions)
            tasks.cancel_scope.cancel()
        return result

    return run


def _noted(journal: Journal) -> Callable[[str], object]:
    return lambda text: journal.tell(events.Noticed(text))


def _shown(journal: Journal) -> Callable[[str], object]:
    return lambda text: journal.tell(events.WaitProgressed(text))
