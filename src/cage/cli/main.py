"""The entry point of the command `cage`."""

from __future__ import annotations

import os
import sys

from cage._version import __version__

_SIGNALLED = 128
_HELP = (["--help"], ["-h"])
_VERSION = (["--version"], ["-V"], ["version"])


def main() -> None:
    """Run the command line, and exit with its code."""
    arguments = sys.argv[1:]
    if "_CAGE_COMPLETE" not in os.environ:
        if arguments in _VERSION or arguments[:1] in _VERSION[:2]:
            sys.stdout.write(f"cage {__version__}\n")
            sys.exit(0)
        if arguments in _HELP or not arguments:
            from cage.cli.overview import overview

            sys.stdout.write(overview())
            sys.exit(0 if arguments else 2)
        if arguments[1:] in _HELP:
            from cage.verbs.help_text import help_text
            from cage.verbs.verb import verbs

            found = next((verb for verb in verbs() if verb.name == arguments[0]), None)
            if found is not None:
                sys.stdout.write(help_text(found))
                sys.exit(0)
    from cage.cli.app import run

    code = run(arguments)
    if _report_hangs():
        os._exit(code)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader closed the pipe; the interpreter must not report it on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if code > _SIGNALLED:
        # An abandoned read can still wait for AWS in its thread; don't wait for the thread.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _report_hangs() -> bool:
    """Return whether a report is still being written, which would delay the interpreter's exit."""
    delivery = sys.modules.get("cage.runtime.delivery")
    return delivery is not None and delivery.unfinished()
