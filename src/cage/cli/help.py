"""`cage help`."""

from __future__ import annotations

from typing import Any

import click

from cage import runbooks
from cage.cli import options
from cage.cli.catalogue import VERBS
from cage.runbooks import CAUSES, EXIT_CODES


@click.command("help")
@options.together(click.argument("topic", required=False, metavar="[TOPIC]"), options.DEBUG)
@click.pass_context
def command(context: click.Context, /, topic: str | None, **_flags: Any) -> int:
    """Explain a command, an exit code or a cause of failed tasks.

    TOPIC is a command such as rollout, an exit code such as 3, or a cause such as ImageNotFound.
    Without TOPIC, print all topics.

    Exit codes: 0 printed; 2 usage.
    """
    if topic is None:
        click.echo(_topics())
    elif topic in {verb.name for verb in VERBS}:
        click.echo(_help_of(topic, context))
    elif (found := runbooks.find(topic)) is not None:
        click.echo(runbooks.text(*found), nl=False)
    else:
        raise click.UsageError(_unknown(topic))
    return 0


def _help_of(name: str, context: click.Context) -> str:
    group = context.find_root()
    command = (
        group.command.get_command(group, name) if isinstance(group.command, click.Group) else None
    )
    if command is None:
        raise LookupError(name)
    return command.get_help(click.Context(command, info_name=name, parent=group))


def _topics() -> str:
    parts = {
        "Commands": {verb.name: verb.summary for verb in VERBS},
        "Exit codes": _titles(EXIT_CODES),
        "Causes of failed tasks": _titles(CAUSES),
    }
    width = max(len(name) for rows in parts.values() for name in rows)
    blocks = [
        "\n".join((f"{heading}:", *(f"  {n:<{width}}  {text}" for n, text in rows.items())))
        for heading, rows in parts.items()
    ]
    return "\n\n".join(("Usage: cage help TOPIC", *blocks))


def _titles(kind: str) -> dict[str, str]:
    return {name: runbooks.title(kind, name) for name in runbooks.names(kind)}


def _unknown(topic: str) -> str:
    from cage.definitions.spelling import nearest

    known = [verb.name for verb in VERBS] + [n for k in runbooks.KINDS for n in runbooks.names(k)]
    near = nearest(topic, known)
    return f"No help on {topic}. " + (
        f"Did you mean {near}?" if near else "To list all topics, run: cage help"
    )
