"""The commands that cage declares, as values to write pages from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from cage.knobs.knob import Knob
from cage.verbs.help_text import metavar
from cage.verbs.verb import Verb, verbs

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
        key: Where it stands in cage.json; empty if it can't be kept there.
        heading: The heading of the help under which it stands.
        repeatable: Whether it can be given more than once.
    """

    names: tuple[str, ...]
    old: tuple[str, ...]
    value: str
    default: str
    variables: tuple[str, ...]
    key: str
    heading: str
    help: str
    repeatable: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """A command of cage's.

    Attributes:
        summary: What it does, in a line.
        usage: What follows its name.
        description: The paragraphs of its help, without the exit codes.
        exit_codes: What each exit code means for it, such as `0 promoted`.
    """

    name: str
    summary: str
    usage: str
    description: tuple[str, ...]
    exit_codes: tuple[str, ...]
    settings: tuple[Setting, ...]


def commands() -> tuple[Command, ...]:
    """Return every command, in the order in which `cage --help` lists them."""
    return tuple(_command(verb) for verb in verbs())


def variables() -> dict[str, list[tuple[str, Setting]]]:
    """Return each environment variable with the commands and options that read it."""
    found: dict[str, list[tuple[str, Setting]]] = {}
    for command in commands():
        for setting in command.settings:
            for variable in setting.variables:
                found.setdefault(variable, []).append((command.name, setting))
    return dict(sorted(found.items()))


def _command(verb: Verb) -> Command:
    paragraphs = [" ".join(p.split()) for p in verb.help.split("\n\n")]
    codes = [p for p in paragraphs if p.startswith(_EXIT_CODES)]
    knobs = verb.settings()
    arguments = [metavar(knob) for knob in knobs if knob.argument]
    return Command(
        verb.name,
        verb.summary,
        " ".join(["[OPTIONS]", *arguments]),
        tuple(p for p in paragraphs if p not in codes),
        tuple(part for p in codes for part in _codes(p)),
        tuple(_setting(knob) for knob in knobs if not knob.argument),
    )


def _codes(paragraph: str) -> Iterator[str]:
    yield from (part.strip(" .") for part in paragraph.removeprefix(_EXIT_CODES).split(";"))


def _setting(knob: Knob) -> Setting:
    spellings = [knob.flag, *([knob.short] if knob.short else []), *knob.old]
    old = tuple(name for name in spellings if name != name.lower())
    return Setting(
        tuple(name for name in spellings if name not in old),
        old,
        knob.kind.metavar,
        knob.usually,
        knob.variables,
        knob.key,
        knob.heading,
        " ".join(knob.help.split()),
        knob.kind.many,
    )
