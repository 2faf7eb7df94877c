"""`cage status`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cage.cli import options
from cage.cli.ending import Ending, failed
from cage.cli.exit_codes import PROMOTED, signalled

if TYPE_CHECKING:
    from cage.model.errors import AwsUnavailableError
    from cage.ports.gateway import Gateway
    from cage.rollout.status import Status
    from cage.runtime.interruption import Interruption


@click.command("status")
@options.together(
    *options.NAMING,
    options.REGION,
    options.CLUSTER,
    options.SERVICE,
    click.option("--watch", is_flag=True, help="Go on until it is steady and no rollout is at it."),
    options.PROFILE,
    options.ENDPOINT_URL,
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object a look."),
    options.DEBUG,
)
def command(directory: Path | None, **flags: Any) -> Ending | int:
    """Show what is going on with a service: deployments, targets, canaries, events.

    With --watch it looks every 5 seconds: in place on a terminal, elsewhere what changed with
    its date. It ends once the service is steady and no rollout is at it that may be alive.

    Exit codes: 0 shown; 2 usage; 3 AWS refused or didn't answer; 130 and 143 interrupted.
    """
    from cage.cli import compose, files, running
    from cage.model.errors import AwsError
    from cage.runtime.interruption import Interruption

    cluster, service = compose.place(flags, files.naming(directory, flags))
    made = running.clients(flags)
    interruption = Interruption()

    async def work(gateway: Gateway, _journal: Any, taken: Interruption) -> None:
        await _look(gateway, cluster, service, flags, taken)

    try:
        running.act(work, made, flags, interruption, service=service, quiet=True)
    except AwsError as error:
        return failed(error)
    if interruption.signal:
        return Ending(signalled(interruption.signal), "interrupted", interruption.signal)
    return Ending(PROMOTED) if flags["watch"] else PROMOTED


async def _look(
    gateway: Gateway, cluster: str, service: str, flags: dict[str, Any], interruption: Interruption
) -> None:
    """Look and print, once or until it is enough."""
    from cage.rollout.status import look, watch

    with interruption.work(), _shown(flags) as show:
        if not flags["watch"]:
            show(await look(gateway, cluster, service))
            return
        async for seen in watch(gateway, cluster, service):
            show(seen)


@contextlib.contextmanager
def _shown(flags: dict[str, Any]) -> Iterator[Callable[[Status | AwsUnavailableError], None]]:
    """Yield what shows a look: in place on a terminal, else each change as text or JSON."""
    from cage.cli import running

    if flags["watch"] and running.on_stdout(flags) == "terminal":
        from cage.wording.live import StatusView

        with StatusView() as view:
            yield view
    else:
        from cage.wording.status import Looks

        dated = flags["watch"] and not flags["as_json"]
        yield Looks(sys.stdout, sys.stderr, dated=dated, as_json=flags["as_json"])
