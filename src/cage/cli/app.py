"""The click application: the verbs, loaded when asked for, and every error in short lines."""

from __future__ import annotations

import difflib
import importlib
import itertools
import traceback
from pathlib import Path
from typing import Any

import click

from cage.cli.catalogue import VERBS, overview
from cage.cli.ending import Ending, failed
from cage.cli.exit_codes import FAULT, INTERRUPTED, UNREAD, USAGE
from cage.cli.reporting import Reporting
from cage.model.errors import CageError


class _Verbs(click.Group):
    """A group whose commands are imported only when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [verb.name for verb in VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        for verb in VERBS:
            if verb.name == cmd_name:
                module = importlib.import_module(f"cage.cli.{verb.module}")
                command: click.Command = module.command
                return command
        return None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options before the verb, or say which one may be meant.

        Raises:
            NoSuchOption: There is no such option.
        """
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            near = difflib.get_close_matches(error.option_name, ["--version", "--help"])
            raise click.NoSuchOption(error.option_name, possibilities=near, ctx=ctx) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or say which one may be meant.

        Raises:
            UsageError: There is no such verb.
        """
        word = args[0]
        if word.startswith("-") or self.get_command(ctx, word) is not None:
            return super().resolve_command(ctx, args)
        if Path(word).is_dir():
            what = f"Name a command first, as in: cage check {word}"
        else:
            names = self.list_commands(ctx)
            near = difflib.get_close_matches(word.lower(), names, n=1)
            meant = f"Did you mean '{near[0]}'?" if near else f"Known are {', '.join(names)}."
            what = f"No such command '{word}'. {meant}"
        raise click.UsageError(what, ctx)

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002
        return overview()


app = _Verbs(
    name="cage", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code. Nothing that it raises gets out."""
    reporting = Reporting()
    try:
        value: Any = app.main(
            args=arguments, prog_name="cage", standalone_mode=False, obj=reporting
        )
        if not isinstance(value, Ending):
            reporting.close()
            return value if isinstance(value, int) else 0
        ending = value
    except click.UsageError as error:
        what = error.format_message()
        hint = f"Try '{error.ctx.command_path if error.ctx else 'cage'} --help'."
        lines = (what, f"{hint} Nothing was changed.")
        ending = Ending(USAGE, "usage-error", what, "", hint, lines)
    except click.Abort:
        what = "Stopped before anything was changed."
        ending = Ending(INTERRUPTED, "stopped", what, lines=(what,))
    except CageError as error:
        ending = failed(error, USAGE)
    except (BrokenPipeError, SystemExit):
        # click turns the one into the other.
        ending = Ending(UNREAD, "unread")
    except Exception as error:  # noqa: BLE001  the last line of defence: never a traceback
        if "--debug" in arguments:
            traceback.print_exc()
        told = (
            f"cage itself broke: {type(error).__name__}: {error}",
            "This is a bug in cage, not in your files.",
            "Run it again with --debug for the traceback, and report it.",
        )
        ending = Ending(FAULT, "internal-error", *told, lines=told)
    command = next((verb.name for verb in VERBS if verb.name in arguments[:1]), "")
    reporting.end(command, ending, as_json=_as_json(arguments))
    return ending.exit_code


def _as_json(arguments: list[str]) -> bool:
    """Return whether stdout is to hold JSON, even if the arguments can't be used."""
    return not {"--json", "--report=json"}.isdisjoint(arguments) or any(
        pair == ("--report", "json") for pair in itertools.pairwise(arguments)
    )
