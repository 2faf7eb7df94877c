"""`cage init`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _force() -> Knob:
    from cage.knobs.knob import switch

    return switch("--force", "Overwrite existing files.", heading="Files")


def _run(call: Invocation) -> Ending | int:
    from cage.command.init import write

    return write(call, force=call.value(_force()))


VERB = Verb(
    name="init",
    summary="Write the definition files of a live service.",
    text="""\
The files are written to DIR, which is created if needed. [default: the current directory]
They leave out the defaults that AWS fills in, so cage diff shows no changes. Values that look
like secrets are replaced by ${NAME}, and the names to set are listed. Existing files are kept
unless you confirm or pass --force.

Exit codes: 0 written; 2 usage, or files in the way; 3 AWS refused or didn't answer; 130 and 143
interrupted.""",
    takes="directory place own access debug",
    own=lambda: (_force(),),
    run=_run,
    changes=True,
    heading="Files",
    order=30,
    also=("import", "export", "pull"),
)
