"""Showing a service's status: the work of `cage status`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from cage.command import running
from cage.command.ending import Ending
from cage.command.exit_codes import PROMOTED, signalled
from cage.context import Context
from cage.model.errors import AwsUnavailableError
from cage.options.invocation import Invocation
from cage.rollout.status import Status, look, watch
from cage.runtime.interruption import Interruption
from cage.wording.status import Looks


def run(call: Invocation, *, watching: bool, as_json: bool) -> Ending | int:
    """Show a service's status, once or until it is steady."""
    made, place = running.on_service(call)
    interruption = Interruption()

    async def work(context: Context) -> None:
        shown = _shown(call, watching=watching, as_json=as_json)
        with context.interruption.work(), shown as show:
            if not watching:
                show(await look(context))
                return
            async for seen in watch(context):
                show(seen)

    running.act(work, made, place, call, interruption, quiet=True)
    if interruption.signal:
        return Ending(signalled(interruption.signal), "interrupted", interruption.signal)
    return Ending(PROMOTED) if watching else PROMOTED


@contextlib.contextmanager
def _shown(
    call: Invocation, *, watching: bool, as_json: bool
) -> Iterator[Callable[[Status | AwsUnavailableError], None]]:
    """Yield what shows each status: in place on a terminal, or each change as text or JSON."""
    if watching and running.on_stdout(call) == "terminal":
        from cage.wording.live import StatusView

        with StatusView() as view:
            yield view
    else:
        dated = watching and not as_json
        yield Looks(sys.stdout, sys.stderr, dated=dated, as_json=as_json)
