"""`cage diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _exit_code() -> Knob:
    from cage.knobs.knob import switch

    return switch(
        "--exit-code",
        "Exit with 1 if there are changes.",
        heading="Output",
    )


def _run(call: Invocation) -> Ending | int:
    import sys

    from cage.aws.shapes import EcsShapes
    from cage.command import files, running
    from cage.comparison.diff import diff
    from cage.options import groups, output
    from cage.wording.differences import record, write

    if not call.value(groups.REVISION):
        call = files.here(call)
    found = files.read(call, needs_service=False, tolerant=True)
    made, request = running.prepared(call, found)
    comparison = running.ask(
        lambda context: diff(context.service, request, EcsShapes()),
        made,
        request.place,
    )
    if call.value(output.OBJECT):
        sys.stdout.write(record(comparison) + "\n")
    else:
        write(comparison, sys.stdout)
    return 1 if call.value(_exit_code()) and comparison.count else 0


VERB = Verb(
    name="diff",
    summary="Compare the definition files with what is live.",
    text="""\
DIR contains service.json and task-definition.json. The task definition is compared with the
revision of the service's primary deployment. Defaults that ECS fills in don't count as changes,
and the order of unordered lists doesn't either. Values that look like secrets are masked.
Nothing is changed.

Each change is one line: + only in the files, - only live, ~ different, with the live value
first.

Exit codes: 0 compared, whatever the result; with --exit-code 1 if there are changes; 2 usage
or files; 3 AWS refused or didn't answer; 130 and 143 interrupted.""",
    takes="directory files tfstate place revision own access object debug",
    own=lambda: (_exit_code(),),
    run=_run,
    heading="Looking",
    order=20,
    also=("compare", "plan"),
)
