"""The click application: the verbs, loaded when asked for, and every error in short lines."""

from __future__ import annotations

import difflib
import importlib
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from cage.cli.catalogue import VERBS, overview
from cage.cli.exit_codes import FAULT, INTERRUPTED, UNREAD, USAGE
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
    try:
        code: Any = app.main(args=arguments, prog_name="cage", standalone_mode=False)
    except click.UsageError as error:
        _say(error.format_message())
        where = error.ctx.command_path if error.ctx else "cage"
        _say(f"Try '{where} --help'. Nothing was changed.")
        return USAGE
    except click.Abort:
        _say("Stopped before anything was changed.")
        return INTERRUPTED
    except CageError as error:
        for line in error.lines():
            _say(line)
        _say("Nothing was changed.")
        return USAGE
    except (BrokenPipeError, SystemExit):
        # click turns the one into the other.
        return UNREAD
    except Exception as error:  # noqa: BLE001  the last line of defence: never a traceback
        if "--debug" in arguments:
            traceback.print_exc()
        _say(f"cage itself broke: {type(error).__name__}: {error}")
        _say("This is a bug in cage, not in your files.")
        _say("Run it again with --debug for the traceback, and report it.")
        return FAULT
    return code if isinstance(code, int) else 0


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
