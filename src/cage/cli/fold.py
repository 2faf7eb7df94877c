"""From a command's declaration to a click command: its arguments, its flags, its help."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cage.knobs.kinds import Text
from cage.options.invocation import Invocation
from cage.options.output import DIRECTORY, REPORTS
from cage.verbs.help_text import help_text, metavar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.verbs.verb import Verb


class Command(click.Command):
    """A command whose help lists its flags under headings."""

    def __init__(self, verb: Verb) -> None:
        self.verb = verb
        self.knobs = tuple(verb.settings())
        super().__init__(
            verb.name,
            callback=self._run,
            params=[_parameter(knob) for knob in self.knobs],
            help=verb.help,
            context_settings={"help_option_names": ["-h", "--help"]},
        )

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002
        """Return the help from the declaration."""
        return help_text(self.verb).rstrip()

    def _run(self, **given: Any) -> Ending | int:
        said = {name: value for name, value in given.items() if value not in (None, ())}
        said |= {k.name: False for k in self.knobs if k.name in said and _is_negative(k)}
        directory = said.pop(DIRECTORY.name, None)
        call = Invocation(None if directory is None else Path(directory), said, os.environ)
        return run(self.verb, self.knobs, call)


def run(verb: Verb, knobs: Sequence[Knob], call: Invocation) -> Ending | int:
    """Run a command, or only print its settings if requested."""
    if DIRECTORY in knobs:
        from cage.command.files import where_files_are

        call = where_files_are(call)
    if call.given.get("show_settings"):
        from cage.command.show_settings import show_settings

        return show_settings(call, knobs)
    return verb.run(call)


def _parameter(knob: Knob) -> click.Parameter:
    """Return the click parameter of a knob; every value stays as typed."""
    if knob.argument:
        return click.Argument(
            [knob.name],
            required=False,
            nargs=-1 if knob.entries else 1,
            metavar=metavar(knob),
            shell_complete=_complete(knob),
        )
    names = [knob.name, *([knob.short] if knob.short else []), knob.flag, *knob.old]
    if knob.kind.is_switch:
        return click.Option(names, is_flag=True, default=None, help=knob.help)
    return click.Option(
        names,
        multiple=knob.kind.many,
        metavar=knob.kind.metavar,
        help=knob.help,
        shell_complete=_complete(knob),
    )


def _is_negative(knob: Knob) -> bool:
    """Return whether the flag means no, such as `--no-verify`."""
    return getattr(knob.kind, "off", False)


def _complete(knob: Knob) -> Any:
    kind = getattr(knob.kind, "each", knob.kind)
    if not isinstance(kind, Text):
        return None

    def complete(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
        suggested = _reports() if knob is REPORTS else kind.suggested()
        return [word for word in (*kind.words, *suggested) if word.startswith(typed)]

    return complete


def _reports() -> list[str]:
    from cage.reports.selection import known

    return list(known())
