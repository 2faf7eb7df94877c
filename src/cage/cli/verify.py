"""`cage verify`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from cage.cli import options
from cage.cli.ending import Ending


@click.command("verify")
@options.together(
    options.DIRECTORY,
    *options.FILES,
    options.TFSTATE,
    options.REGION,
    options.CLUSTER,
    options.SERVICE,
    options.TASK_DEFINITION_ARN,
    options.UPDATE_SERVICE,
    options.PROFILE,
    options.ENDPOINT_URL,
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object a finding."),
    options.DEBUG,
)
def command(directory: Path | None, **flags: Any) -> Ending:
    """Say what is certain to fail before anything is started, and change nothing.

    DIR is as for cage rollout. Each finding is a line: passed, not checked, warning or
    error. What may not be asked is not checked, and no error. cage rollout verifies the
    same first, and refuses to start only for an error.

    Exit codes: 0 no error was found; 2 usage, files, or AWS's refusal; 3 a rollout would
    be refused; 130 and 143 interrupted.
    """
    from cage.cli import compose, files, running
    from cage.cli.exit_codes import ABORTED, PROMOTED
    from cage.model.outcome import Severity
    from cage.reports.jsonl import record_of
    from cage.verification.preflight import verify
    from cage.wording.endings import finding
    from cage.wording.words import printable

    found = files.definitions(directory, flags, needs_service=bool(flags.get("update_service")))
    files.warn(found)
    compose.request(flags, found, "")
    made = running.clients(flags)
    request = compose.request(flags, found, made.region)
    findings = running.ask_all(made, request, lambda gateway: verify(gateway, request))
    for one in findings:
        if flags["as_json"]:
            sys.stdout.write(json.dumps(record_of(one)) + "\n")
        else:
            for line in finding(one):
                sys.stdout.write(f"{printable(line)}\n")
    errors = sum(one.severity is Severity.ERROR for one in findings)
    word = f"A rollout would be refused: {errors} certain to fail." if errors else "No error."
    if not flags["as_json"]:
        sys.stdout.write(f"{word} Nothing was changed.\n")
    return Ending(ABORTED, "refused", word) if errors else Ending(PROMOTED, what=word)
