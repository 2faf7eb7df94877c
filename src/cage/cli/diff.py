"""`cage diff`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from cage.cli import options


@click.command("diff")
@options.together(
    options.DIRECTORY,
    *options.FILES,
    options.TFSTATE,
    options.REGION,
    options.CLUSTER,
    options.SERVICE,
    options.COMPARED_ARN,
    click.option("--exit-code", is_flag=True, help="Exit with 1 if there are changes."),
    options.PROFILE,
    options.ENDPOINT_URL,
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
    options.DEBUG,
)
def command(directory: Path | None, **flags: Any) -> int:
    """Compare the definition files with what is live, and change nothing.

    DIR holds service.json and task-definition.json; it is the current directory if not
    named. The task definition is compared with the revision that the service's primary
    deployment runs. What ECS fills in by itself doesn't count, nor does the order of what
    has none. Values that look like secrets are masked.

    Each change is a line: + for what isn't live yet, - for what no file says, ~ for what
    differs, with the live value first.

    Exit codes: 0 compared, whatever came of it; with --exit-code 1 if there are changes;
    2 usage, files, or AWS's refusal; 130 and 143 interrupted.
    """
    from cage.aws.shapes import EcsShapes
    from cage.cli import compose, files, running
    from cage.comparison.diff import diff
    from cage.wording.differences import record, write

    if directory is None and not flags.get("task_definition_arn"):
        directory = Path()
    found = files.definitions(directory, flags, needs_service=False, tolerant=True)
    files.warn(found)
    compose.request(flags, found, "")
    made = running.clients(flags)
    request = compose.request(flags, found, made.region)
    comparison = running.ask(made, lambda ecs: diff(ecs, request, EcsShapes()))
    if flags["as_json"]:
        sys.stdout.write(record(comparison) + "\n")
    else:
        write(comparison, sys.stdout)
    return 1 if flags["exit_code"] and comparison.count else 0
