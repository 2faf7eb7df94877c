"""`cage schema`."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from cage.cli import options


@click.command("schema")
@options.together(
    click.argument("name", type=click.Choice(["service", "task-definition", "cage"])),
    options.DEBUG,
)
def command(name: str, **_flags: Any) -> int:
    """Print the JSON Schema of service.json, task-definition.json or cage.json.

    It is made from AWS's own model, with its documentation, and holds cage's rules as far as
    a schema can. Editors complete and check files with it; see the README.

    Exit codes: 0 printed; 2 usage.
    """
    from cage.aws.shapes import EcsShapes
    from cage.definitions.schema import CATALOGUE

    sys.stdout.write(json.dumps(CATALOGUE[name](EcsShapes()), indent=2) + "\n")
    return 0
