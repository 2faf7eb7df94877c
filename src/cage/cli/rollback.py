"""`cage rollback`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from cage.cli import options
from cage.cli.ending import Ending, failed


@click.command("rollback")
@options.together(
    *options.NAMING,
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
def command(directory: Path | None, **flags: Any) -> Ending:
    """Put a service back to the last revision that was steady before, and prove it.

    No canary is started, so that it is quick. A deployment in progress is replaced.

    A revision that the service was put back from is skipped: a second rollback goes further
    back. If ECS rolls the rollback back by itself, that is followed to its end.

    Exit codes: 0 proven to run the old revision; 2 usage; 3 refused, service untouched;
    4 ECS put the service back to what it ran before; 5 service changed and not proven good;
    130 and 143 interrupted.
    """
    from functools import partial

    from cage.cli import compose, files, running
    from cage.model.errors import AwsError, RefusedError
    from cage.operations.request import Request
    from cage.rollout.previous_revision import look
    from cage.rollout.rollback import rollback

    found = files.naming(directory, flags)
    cluster, service = compose.place(flags, found)
    timeouts = compose.timeouts(flags, os.environ, {})
    made = running.clients(flags)
    request = Request(
        made.region,
        cluster,
        service,
        revision=flags["to"],
        timeouts=timeouts,
        access=compose.access(flags),
        lock_as=compose.lock_as(flags, os.environ, filed=found.lock),
    )
    if not running.may_ask(flags):
        return running.run(rollback, request, made, flags)
    try:
        choice = running.ask(made, lambda ecs: look(ecs, cluster, service, flags["to"]))
    except (AwsError, RefusedError) as error:
        return failed(error)
    running.confirm(choice.question(service, cluster), flags)
    return running.run(partial(rollback, agreed=choice), request, made, flags)
