"""`cage status`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from cage.cli import options
from cage.cli.exit_codes import PROMOTED, signalled

if TYPE_CHECKING:
    from cage.operations.status import Status

_EACH_S = 5.0


@click.command("status")
@options.together(
    options.REGION,
    options.CLUSTER,
    options.SERVICE,
    click.option("--watch", is_flag=True, help="Go on until Ctrl-C; print what changes."),
    click.option("--until-steady", is_flag=True, help="Watch, and end once it is steady."),
    options.PROFILE,
    options.ENDPOINT_URL,
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object a look."),
    options.DEBUG,
)
def command(**flags: Any) -> int:
    """Show what is going on with a service: deployments, targets, canaries, events.

    Exit codes: 0 shown, or a watch that Ctrl-C ended; 2 usage; 3 AWS refused or didn't
    answer; 143 ended by SIGTERM.
    """
    from cage.cli import compose, running
    from cage.errors import AwsError
    from cage.interruption import Interruption

    cluster, service = compose.place(flags)
    made = running.clients(flags)
    interruption = Interruption()
    try:
        running.act(
            lambda gateway, _, taken: _show(gateway, cluster, service, flags, taken),
            made,
            {**flags, "as_json": False, "quiet": True},
            interruption,
        )
    except AwsError as error:
        return running.failed(error)
    if interruption.signal is None or (_watches(flags) and interruption.signal == "SIGINT"):
        return PROMOTED
    return signalled(interruption.signal)


def _watches(flags: dict[str, Any]) -> bool:
    return bool(flags["watch"] or flags["until_steady"])


async def _show(
    gateway: Any, cluster: str, service: str, flags: dict[str, Any], interruption: Any
) -> None:
    """Look and print, once or until it is enough."""
    from cage import clock
    from cage.errors import AwsUnavailableError
    from cage.operations.status import look
    from cage.report.status import lines, record

    printed: tuple[str, ...] = ()
    with interruption.work():
        while True:
            try:
                status: Status | None = await look(gateway, cluster, service)
            except AwsUnavailableError as error:
                if not _watches(flags):
                    raise
                sys.stderr.write(f"{error.what}\n")
                status = None
            if status is not None:
                shown = lines(status)
                if shown != printed:
                    text = json.dumps(record(status)) if flags["as_json"] else "\n".join(shown)
                    stamp = f"{status.at:%Y-%m-%dT%H:%M:%SZ}\n"
                    plain = _watches(flags) and not flags["as_json"]
                    sys.stdout.write(f"{stamp if plain else ''}{text}\n")
                    sys.stdout.flush()
                    printed = shown
                if not _watches(flags) or (flags["until_steady"] and status.steady):
                    return
            await clock.sleep(_EACH_S)
