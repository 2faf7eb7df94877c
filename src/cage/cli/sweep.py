"""`cage sweep`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from cage.cli import options
from cage.cli.ending import Ending, failed
from cage.cli.exit_codes import ABORTED, PROMOTED, signalled


@click.command("sweep")
@options.together(
    *options.NAMING,
    options.REGION,
    options.CLUSTER,
    options.SERVICE,
    click.option("--dry-run", is_flag=True, help="Show the canaries and take none away."),
    options.STOPPED,
    options.PROFILE,
    options.ENDPOINT_URL,
    options.YES,
    options.JSON,
    options.DEBUG,
)
def command(directory: Path | None, **flags: Any) -> Ending:
    """Take away the canaries that dead rollouts left in a cluster.

    Shows every canary task, of one service or of all. Those of live rollouts are never
    touched: their lease hasn't run out. The others are deregistered, drained and stopped,
    once you agree. Without a terminal, only --yes or CI says that you do.

    Exit codes: 0 no dead canary is left, or --dry-run; 2 usage; 3 one is left; 130 and 143
    interrupted.
    """
    from cage.cli import compose, files, running
    from cage.model.errors import AwsError
    from cage.rollout import sweep
    from cage.runtime.interruption import Interruption

    cluster, service = compose.cluster_of(flags, files.naming(directory, flags))
    timeouts = compose.timeouts(flags, os.environ, {})
    made = running.clients(flags)
    try:
        found = running.act(
            lambda gateway, journal, _: sweep.find(gateway, cluster, service, journal, timeouts),
            made,
            flags,
            service=service or "",
        )
    except AwsError as error:
        return failed(error)
    dead = sum(not f.alive for f in found)
    dry = flags["dry_run"]
    if dead and not dry:
        running.reporting().settle()
        if running.may_ask(flags):
            click.confirm(f"Take away {dead} of them, in cluster {cluster}?", abort=True)
        elif not running.agreed(flags):
            sys.stderr.write("Nobody can be asked here: pass --yes to take them away.\n")
            dry = True
    interruption = Interruption()
    swept = running.act(
        lambda gateway, journal, taken: sweep.take_away(gateway, found, journal, taken, dry=dry),
        made,
        flags,
        interruption,
        service=service or "",
    )
    if interruption.signal is not None:
        return Ending(signalled(interruption.signal), "interrupted", interruption.signal)
    if swept.left and not flags["dry_run"]:
        return Ending(ABORTED, "canaries-left", f"{len(swept.left)} dead canaries are left.")
    return Ending(PROMOTED)
