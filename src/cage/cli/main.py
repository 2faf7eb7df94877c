"""Where the command `cage` begins."""

from __future__ import annotations

import sys

from cage._version import __version__
from cage.cli.catalogue import overview


def main() -> None:
    """Run the command line, and exit with its code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["--help"], ["-h"], []):
        sys.stdout.write(f"cage {__version__}\n" if "--version" in arguments else overview())
        sys.exit(0 if arguments else 2)
    from cage.cli.app import run

    sys.exit(run(arguments))
