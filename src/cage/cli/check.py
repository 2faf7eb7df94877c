"""`cage check`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from cage.cli import options
from cage.cli.exit_codes import FINDINGS, PROMOTED


@click.command("check")
@options.together(
    options.DIRECTORY,
    *options.FILES,
    options.ONLY,
    click.option(
        "--github",
        is_flag=True,
        default=None,
        help="Print annotations for GitHub Actions; on by itself where GITHUB_ACTIONS is true.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object."),
    options.DEBUG,
)
def command(directory: Path | None, **flags: Any) -> int:
    """Check definition files without AWS, and say everything that is wrong with them.

    DIR holds service.json (input of create-service) and task-definition.json (input of
    register-task-definition). No call is made, and no credentials are needed.

    Exit codes: 0 the files can be used, though there may be warnings; 1 there are errors;
    2 usage.
    """
    if directory is None:
        raise click.UsageError("Name the directory that holds the definition files.")
    if directory.is_file():
        raise click.UsageError(f"{directory} is a file. Name its directory: {directory.parent}")
    if not directory.is_dir():
        raise click.UsageError(f"{directory} is no directory.")
    from cage.cli import files
    from cage.wording import findings as report

    definitions, findings = files.inspect(directory, flags)
    annotate = flags["github"] or os.environ.get("GITHUB_ACTIONS") == "true"
    if flags["as_json"]:
        sys.stdout.write(report.as_json(findings))
    elif not annotate:
        sys.stdout.write(report.as_text(findings))
    if annotate:
        # GitHub reads commands from both streams; what a program reads stays JSON alone.
        stream = sys.stderr if flags["as_json"] else sys.stdout
        stream.write(report.as_annotations(findings, os.environ))
    if not flags["as_json"]:
        gap = "\n" if findings and not annotate else ""
        sys.stdout.write(f"{gap}{report.summary(findings, str(directory))}\n")
    return PROMOTED if definitions is not None else FINDINGS
