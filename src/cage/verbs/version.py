"""`cage version`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.options.invocation import Invocation


def _run(call: Invocation) -> Ending | int:  # noqa: ARG001
    import sys

    from cage._version import __version__

    sys.stdout.write(f"cage {__version__}\n")
    return 0


VERB = Verb(
    name="version",
    summary="Print the version.",
    text="Exit codes: 0 printed; 2 usage.",
    takes="",
    run=_run,
    heading="Reference",
    order=50,
)
