"""`cage verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _as_json() -> Knob:
    from cage.options import output

    return output.json("Print one JSON object per finding.")


def _run(call: Invocation) -> Ending | int:
    import os
    import sys

    from cage.command import files, running
    from cage.command.ending import Ending
    from cage.command.exit_codes import ABORTED, PROMOTED
    from cage.model.outcome import Severity
    from cage.reports.jsonl import record_of
    from cage.rollout.preflight import verify, word
    from cage.wording.endings import finding
    from cage.wording.harmless import harmless, harmless_json

    found = files.read(call, needs_service=call.field("update_service"))
    made, request = running.prepared(call, found)
    findings = running.ask(
        lambda context: verify(context, request),
        made,
        request.place,
        request.mask(os.environ),
    )
    as_json = call.value(_as_json())
    for one in findings:
        if as_json:
            sys.stdout.write(harmless_json(record_of(one)) + "\n")
        else:
            for line in finding(one):
                sys.stdout.write(f"{harmless(line)}\n")
    said = word(findings)
    if not as_json:
        sys.stdout.write(f"{said}\n")
    if any(one.severity is Severity.ERROR for one in findings):
        return Ending(ABORTED, "refused", said)
    return Ending(PROMOTED, what=said)


VERB = Verb(
    name="verify",
    summary="Run the preflight checks.",
    text="""\
DIR is the same as for cage rollout. Each finding is one line: passed, not checked, warning or
error. A check that can't run is not an error. cage rollout runs the same checks first and
refuses to start only if there are errors. If the service doesn't exist yet, these are the checks
of cage up. Nothing is changed.

Exit codes: 0 no errors; 2 usage or files; 3 a rollout would be refused, or AWS
refused or didn't answer; 130 and 143 interrupted.""",
    takes="directory files tfstate place revision no_canary allow_second_copy "
    "allow_active_alarms update_service desired_count timeouts.stable_s on_timeout "
    "access own show_settings debug",
    own=lambda: (_as_json(),),
    run=_run,
    heading="Looking",
    order=30,
    also=("preflight",),
)
