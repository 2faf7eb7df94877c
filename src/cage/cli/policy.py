"""`cage policy`."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from cage.cli import options
from cage.policy.catalogue import COMMANDS, FEATURES

_ALL = "all"
_ARN_PARTS = 6


@click.command("policy")
@options.together(
    click.argument("commands", nargs=-1, type=click.Choice(COMMANDS), metavar="[COMMAND]..."),
    click.option(
        "--with",
        "wanted",
        multiple=True,
        type=click.Choice([*FEATURES, _ALL]),
        help="Also allow what this needs. Repeatable.",
    ),
    click.option(
        "--without",
        "unwanted",
        multiple=True,
        type=click.Choice([name for name, feature in FEATURES.items() if feature.usual]),
        help="Leave out what this needs. Repeatable.",
    ),
    click.option("--region", metavar="REGION", help="Only in this Region."),
    click.option("--account", metavar="ID", help="Only in this account."),
    click.option("--cluster", metavar="NAME", help="Only in this cluster, by name or ARN."),
    click.option("--service", metavar="NAME", help="Only this service."),
    click.option("--family", metavar="NAME", help="Only this family of task definitions."),
    click.option(
        "--role",
        "roles",
        multiple=True,
        metavar="ARN",
        help="Pass only this role. Repeatable.",
    ),
    click.option(
        "--target-group",
        "target_groups",
        multiple=True,
        metavar="ARN",
        help="Register targets only there. Repeatable.",
    ),
    options.DEBUG,
)
def command(commands: tuple[str, ...], **flags: Any) -> int:
    """Print the least IAM policy that the commands need, as JSON; all commands if none is named.

    It is made from the calls that the commands make. What no flag narrows is a `*`. A
    statement whose Sid begins with Optional may be taken away: cage then asks less.

    Exit codes: 0 printed; 2 usage.
    """
    from cage.policy.document import ANY, Place, document

    usual = {name for name, feature in FEATURES.items() if feature.usual}
    wanted = set(FEATURES) if _ALL in flags["wanted"] else usual | set(flags["wanted"])
    told = (flags["cluster"] or "").split(":")
    region, account = (told[3], told[4]) if len(told) == _ARN_PARTS else (ANY, ANY)
    place = Place(
        region=flags["region"] or region,
        account=flags["account"] or account,
        cluster=(flags["cluster"] or ANY).rpartition("/")[2],
        service=(flags["service"] or ANY).rpartition("/")[2],
        family=flags["family"] or ANY,
        roles=flags["roles"],
        target_groups=flags["target_groups"],
    )
    made = document(commands or COMMANDS, wanted - set(flags["unwanted"]), place)
    sys.stdout.write(json.dumps(made, indent=2) + "\n")
    return 0
