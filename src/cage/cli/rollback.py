"""`cage rollback`."""

from __future__ import annotations

import os
from typing import Any

import click

from cage.cli import options


@click.command("rollback")
@options.together(
    options.REGION,
    options.CLUSTER,
    options.SERVICE,
    click.option("--to", metavar="REVISION", help="ARN, family:revision, or its number alone."),
    options.STABLE,
    options.LOCK,
    options.PROFILE,
    options.ENDPOINT_URL,
    options.YES,
    options.JSON,
    options.DEBUG,
)
def command(**flags: Any) -> int:
    """Put a service back to the last revision that was steady before, and prove it.

    No canary is started, so that it is quick. A deployment in progress is replaced.

    Exit codes: 0 proven to run the old revision; 2 usage; 3 refused, service untouched;
    5 service changed and not proven good; 130 and 143 interrupted.
    """
    from cage.cli import compose, running
    from cage.operations.request import Request
    from cage.operations.rollback import rollback

    cluster, service = compose.place(flags)
    timeouts = compose.timeouts(flags, os.environ, {})
    made = running.clients(flags)
    request = Request(
        made.region,
        cluster,
        service,
        revision=flags["to"],
        timeouts=timeouts,
        lock_as=compose.lock_as(flags, os.environ),
    )
    target = flags["to"] or "the last revision that was steady before"
    running.confirm(f"Put service {service} in cluster {cluster} back to {target}?", flags)
    return running.run(rollback, request, made, flags)
