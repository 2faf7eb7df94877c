"""From a command's declaration to a click command: its arguments, its flags, its help."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cage.options.invocation import Invocation
from cage.options.output import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.verbs.verb import Verb

_ORDER = (
    "Service", "Files", "Rollout", "Checks", "Approval", "Time limits", "AWS", "Rehearsal",
    "Other", "Output",
)  # fmt: skip
"""The headings of a command's help."""


class Command(click.Command):
    """A command whose help has its flags under headings."""

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

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the paragraphs, wrapped."""
        for paragraph in self.verb.help.split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(" ".join(paragraph.split()))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the flags under their headings."""
        headings: dict[str, list[tuple[str, str]]] = {}
        for knob, parameter in zip(self.knobs, self.params, strict=True):
            if isinstance(parameter, click.Option):
                headings.setdefault(knob.heading, []).append(_record(knob))
        helps = self.get_help_option(ctx)
        if helps is not None and (record := helps.get_help_record(ctx)) is not None:
            headings.setdefault("Output", []).append(record)
        for heading in sorted(headings, key=lambda one: _ORDER.index(one) if one in _ORDER else 99):
            with formatter.section(heading):
                formatter.write_dl(headings[heading])

    def _run(self, **given: Any) -> Ending | int:
        said = {name: value for name, value in given.items() if value not in (None, ())}
        directory = said.pop(DIRECTORY.name, None)
        call = Invocation(None if directory is None else Path(directory), said, os.environ)
        return run(self.verb, self.knobs, call)


def run(verb: Verb, knobs: Sequence[Knob], call: Invocation) -> Ending | int:
    """Run a command, or print its settings if that is all that is wanted."""
    if DIRECTORY in knobs:
        from cage.command.files import where_files_are

        call = where_files_are(call)
    if call.given.get("show_settings"):
        from cage.command.show_settings import show_settings

        return show_settings(call, knobs)
    return verb.run(call)


def _parameter(knob: Knob) -> click.Parameter:
    """Return the click parameter of a knob; every value stays as it was typed."""
    if knob.argument:
        metavar = f"[{knob.name.upper()[:3] if knob is DIRECTORY else knob.name.upper()}]"
        return click.Argument(
            [knob.name],
            required=False,
            nargs=-1 if knob.entries else 1,
            metavar=f"{metavar}..." if knob.entries else metavar,
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


def _complete(knob: Knob) -> Any:
    words = getattr(getattr(knob.kind, "each", knob.kind), "words", ())

    def complete(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
        return [word for word in words if word.startswith(typed)]

    return complete if words else None


def _record(knob: Knob) -> tuple[str, str]:
    """Return a flag's line of the help: the flag without its old spellings, and what it does."""
    names = ", ".join([knob.short, knob.flag] if knob.short else [knob.flag])
    shown = names if knob.kind.is_switch else f"{names} {knob.kind.metavar}"
    notes = [f"[default: {knob.usually}]"] if knob.usually else []
    if knob.variables:
        notes.append(f"[env: {', '.join(knob.variables)}]")
    return shown, "  ".join([knob.help, *notes])
