"""What cage declares of its commands, as values that a page can be written from."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator

import click

from cage.cli.app import app
from cage.cli.catalogue import VERBS

_DEFAULT = re.compile(r"\s*\[default: (.*?)\]")
_EXIT_CODES = "Exit codes:"


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """An option of a command.

    Attributes:
        names: Its spellings, the usual one first.
        old: Its spellings in the Go tool.
        value: What stands for its value; empty for one that takes none.
        default: As the help prints it; empty if the help prints none.
        variables: The environment variables that it is read from.
        repeatable: Whether it may be given more than once.
    """

    names: tuple[str, ...]
    old: tuple[str, ...]
    value: str
    default: str
    variables: tuple[str, ...]
    help: str
    repeatable: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """A command of cage's.

    Attributes:
        summary: What it does, in a line.
        usage: What follows its name.
        description: The paragraphs of its help, without the exit codes.
        exit_codes: What each exit code means for it, as `0 promoted`.
    """

    name: str
    summary: str
    usage: str
    description: tuple[str, ...]
    exit_codes: tuple[str, ...]
    settings: tuple[Setting, ...]


def commands() -> tuple[Command, ...]:
    """Return every command, in the order in which `cage --help` lists them."""
    return tuple(_command(verb.name, verb.summary) for verb in VERBS)


def variables() -> dict[str, list[tuple[str, Setting]]]:
    """Return each environment variable with the commands and options that read it."""
    found: dict[str, list[tuple[str, Setting]]] = {}
    for command in commands():
        for setting in command.settings:
            for variable in setting.variables:
                found.setdefault(variable, []).append((command.name, setting))
    return dict(sorted(found.items()))


def _command(name: str, summary: str) -> Command:
    context = click.Context(app, info_name="cage")
    command = app.get_command(context, name)
    if command is None:
        raise LookupError(f"cage has no command {name}")
    inner = click.Context(command, info_name=name, parent=context)
    paragraphs = [" ".join(p.split()) for p in inspect.cleandoc(command.help or "").split("\n\n")]
    codes = [p for p in paragraphs if p.startswith(_EXIT_CODES)]
    return Command(
        name,
        summary,
        " ".join(command.collect_usage_pieces(inner)),
        tuple(p for p in paragraphs if p not in codes),
        tuple(part for p in codes for part in _codes(p)),
        tuple(_settings(command, inner)),
    )


def _codes(paragraph: str) -> Iterator[str]:
    yield from (part.strip(" .") for part in paragraph.removeprefix(_EXIT_CODES).split(";"))


def _settings(command: click.Command, context: click.Context) -> Iterator[Setting]:
    for option in command.get_params(context):
        if isinstance(option, click.Option) and not option.hidden:
            yield _setting(option, context)


def _setting(option: click.Option, context: click.Context) -> Setting:
    spellings = [*option.opts, *option.secondary_opts]
    old = tuple(name for name in spellings if name != name.lower())
    names = sorted(
        (n for n in spellings if n not in old), key=lambda name: not name.startswith("--")
    )
    text = " ".join((option.help or "").split())
    written = _DEFAULT.search(text)
    default = written[1] if written else ""
    if option.show_default and not default:
        default = str(option.get_default(context))
    return Setting(
        tuple(names),
        old,
        "" if option.is_flag else option.make_metavar(context),
        default,
        tuple(getattr(option, "variables", ())),
        _DEFAULT.sub("", text),
        option.multiple,
    )
