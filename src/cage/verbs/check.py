"""`cage check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _github() -> Knob:
    from cage.knobs.knob import switch

    return switch(
        "--github",
        "Print annotations for GitHub Actions. [default: on if GITHUB_ACTIONS is true]",
        heading="Output",
    )


def _as_json() -> Knob:
    from cage.options import output

    return output.json("Print the findings as one JSON object.")


def _run(call: Invocation) -> Ending | int:
    import sys

    from cage.command import files
    from cage.command.exit_codes import FINDINGS, PROMOTED
    from cage.wording import findings as report

    directory = files.required(call, "check", "that contains the definition files")
    definitions, findings = files.inspect(call)
    findings = (*findings, *files.without_cluster(call, definitions))
    annotate = call.value(_github()) or call.environ.get("GITHUB_ACTIONS") == "true"
    as_json = call.value(_as_json())
    if as_json:
        sys.stdout.write(report.as_json(findings))
    elif not annotate:
        sys.stdout.write(report.as_text(findings))
    if annotate:
        # GitHub reads commands from both streams; JSON output must stay pure JSON.
        stream = sys.stderr if as_json else sys.stdout
        stream.write(report.as_annotations(findings, call.environ))
    if not as_json:
        gap = "\n" if findings and not annotate else ""
        sys.stdout.write(f"{gap}{report.summary(findings, str(directory))}\n")
    return PROMOTED if definitions is not None else FINDINGS


VERB = Verb(
    name="check",
    summary="Check definition files, without AWS.",
    text="""\
DIR contains service.json (input of create-service) and task-definition.json (input of
register-task-definition). No AWS calls are made, so you need no credentials.

Exit codes: 0 the files can be used, possibly with warnings; 1 there are errors; 2
usage.""",
    takes="directory files only own show_settings debug",
    own=lambda: (_github(), _as_json()),
    run=_run,
    heading="Files",
    order=10,
    also=("lint", "validate"),
)
