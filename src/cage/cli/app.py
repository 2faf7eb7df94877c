"""The click application: the commands, loaded on first use, and every error in short lines."""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cage.cli.fold import Command
from cage.cli.overview import overview
from cage.command.ending import UNCHANGED, Ending, failed
from cage.command.exit_codes import FAULT, INTERRUPTED, UNREAD, USAGE
from cage.command.reporting import Reporting
from cage.model.errors import CageError, InternalError
from cage.verbs.verb import verbs

if TYPE_CHECKING:
    from cage.verbs.verb import Verb


class _Verbs(click.Group):
    """A group whose commands are created only when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [verb.name for verb in verbs()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        found = _verb(cmd_name)
        return None if found is None else Command(found)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options before the command; for an unknown option, suggest one.

        Raises:
            NoSuchOption: The option doesn't exist.
        """
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            near = _nearest(error.option_name, ["--version", "--help"])
            raise click.NoSuchOption(error.option_name, possibilities=near, ctx=ctx) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for an unknown command, suggest one.

        Raises:
            UsageError: The command doesn't exist.
        """
        word = args[0]
        if word.startswith("-") or _verb(word) is not None:
            return super().resolve_command(ctx, args)
        raise click.UsageError(_suggestion(word), ctx)

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002
        return overview()


def _verb(name: str) -> Verb | None:
    return next((verb for verb in verbs() if verb.name == name), None)


def _suggestion(word: str) -> str:
    """Return the message for a word that is not a command."""
    if Path(word).is_dir():
        return f"Specify a command first: cage check {word}"
    lower = word.lower()
    other = next((verb.name for verb in verbs() if lower in verb.also), None)
    names = [verb.name for verb in verbs()]
    near = [other] if other else _nearest(lower, names)
    meant = f"Did you mean {near[0]}?" if near else f"Commands: {', '.join(names)}."
    return f"No such command '{word}'. {meant}"


def _nearest(word: str, known: list[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, known, n=1)


app = _Verbs(
    name="cage", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code. No exception escapes."""
    reporting = Reporting()
    verb = _verb(arguments[0]) if arguments else None
    changes = verb is not None and verb.changes
    try:
        value: Any = app.main(
            args=arguments, prog_name="cage", standalone_mode=False, obj=reporting
        )
        if not isinstance(value, Ending):
            reporting.close()
            return value if isinstance(value, int) else 0
        ending = value
    except click.UsageError as error:
        what = re.sub(r"Did you mean '([^']+)'\?", r"Did you mean \1?", error.format_message())
        hint = f"For help, run: {error.ctx.command_path if error.ctx else 'cage'} --help"
        lines = (what, hint, *((UNCHANGED,) if changes else ()))
        ending = Ending(USAGE, "usage-error", what, "", hint, lines)
    except click.Abort:
        what = "Stopped before anything was changed."
        ending = Ending(INTERRUPTED, "stopped", what, lines=(what,))
    except CageError as error:
        ending = failed(error, changes=changes)
    except (BrokenPipeError, SystemExit):
        # click turns BrokenPipeError into SystemExit.
        ending = Ending(UNREAD, "unread")
    except Exception as error:  # noqa: BLE001  last line of defense: never a traceback
        if "--debug" in arguments:
            import traceback

            from cage.wording.harmless import harmless

            for line in traceback.format_exc().splitlines():
                sys.stderr.write(f"{harmless(line)}\n")
        bug = InternalError(error)
        ending = failed(bug, changes=False)._replace(exit_code=FAULT, lines=bug.lines())
    reporting.end(verb.name if verb else "", ending, as_json=_as_json(arguments))
    return ending.exit_code


def _as_json(arguments: list[str]) -> bool:
    """Return whether stdout must hold JSON, even if the arguments can't be used."""
    pairs = itertools.pairwise(arguments)
    return not {"--json", "--report=json"}.isdisjoint(arguments) or ("--report", "json") in pairs
