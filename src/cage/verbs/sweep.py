"""`cage sweep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _dry_run() -> Knob:
    from cage.knobs.knob import switch

    return switch(
        "--dry-run",
        "Show the canaries without removing any.",
        heading="Output",
    )


def _run(call: Invocation) -> Ending | int:
    import sys

    from cage.command import running
    from cage.command.ending import Ending
    from cage.command.exit_codes import ABORTED, PROMOTED, signalled
    from cage.model.base import several
    from cage.options.timeouts import Timeouts
    from cage.rollout import sweep
    from cage.runtime.interruption import Interruption

    made, place = running.on_service(call, all_services=True)
    timeouts = Timeouts(stopped_s=call.field("timeouts.stopped_s"))
    found = running.act(lambda context: sweep.find(context, timeouts), made, place, call)
    dead = sum(not f.alive for f in found)
    dry = call.value(_dry_run())
    if dead and not dry:
        running.reporting().settle()
        if running.may_ask(call):
            tasks = several(dead, "canary task")
            running.require_yes(f"Remove {tasks} from cluster {place.cluster}?")
        elif not running.agreed(call):
            sys.stderr.write("Not interactive. To remove them, pass --yes.\n")
            dry = True
    interruption = Interruption()
    swept = running.act(
        lambda context: sweep.remove(context, found, dry=dry), made, place, call, interruption
    )
    if interruption.signal is not None:
        return Ending(signalled(interruption.signal), "interrupted", interruption.signal)
    if swept.left and not call.value(_dry_run()):
        return Ending(
            ABORTED,
            "canaries-left",
            f"Not removed: {several(len(swept.left), 'dead canary', 'dead canaries')}.",
        )
    return Ending(PROMOTED)


VERB = Verb(
    name="sweep",
    summary="Remove canaries left by dead rollouts.",
    text="""\
Shows every canary task of a cluster, or of one service. Those of live rollouts are never
touched: a minute shows which ones renew their lease. The others are deregistered, drained and
stopped after you confirm. Without a terminal, pass --yes, or set CI.

Exit codes: 0 no dead canary is left, or --dry-run; 2 usage; 3 one is left, or the
service was not found; 130 and 143 interrupted.""",
    takes="naming own timeouts.stopped_s access yes events show_settings debug",
    own=lambda: (_dry_run(),),
    run=_run,
    changes=True,
    heading="Rollouts",
    order=70,
    also=("clean", "cleanup"),
)
