"""The work that `cage promote` and `cage abort` share."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from cage.command.ending import Ending
from cage.command.exit_codes import ABORTED, PROMOTED, UNPROVEN, signalled
from cage.options import output
from cage.rollout.decision import Deciding, Effect
from cage.rollout.hook_decision import HookDecision, HookEffect, Which

if TYPE_CHECKING:
    from cage.context import Context
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation

_CODES: dict[Effect | HookEffect, int] = {
    HookEffect.TAKEN: PROMOTED,
    HookEffect.NOT_SHOWN: ABORTED,
    Effect.TAKEN: PROMOTED,
    Effect.OVERRULED: ABORTED,
    Effect.TOO_LATE: UNPROVEN,
    Effect.NOT_NOTICED: ABORTED,
}


def _hook() -> Knob:
    from cage.knobs.kinds import Text
    from cage.knobs.knob import flag

    text = "Decide this pause of the deployment, if several things wait."
    return flag("--hook", Text("ID"), text, default="", heading="Decision")


def _rollout() -> Knob:
    from cage.knobs.kinds import Switch
    from cage.knobs.knob import flag

    text = "Decide about cage's own rollout, whatever else waits."
    return flag("--rollout", Switch(), text, default=False, heading="Decision")


def own() -> tuple[Knob, ...]:
    """Return the settings that say what a decision is about."""
    return (_hook(), _rollout())


def run(
    operation: Callable[[Context, Which], Awaitable[Deciding | HookDecision]], call: Invocation
) -> Ending | int:
    """Decide, print the result, and return the exit code."""
    from cage.command import running
    from cage.reports.jsonl import record_of
    from cage.runtime.interruption import Interruption
    from cage.wording.decisions import lines

    made, place = running.on_service(call)
    interruption = Interruption()
    found: list[Deciding | HookDecision] = []
    which = Which(call.value(_hook()), rollout=call.value(_rollout()))

    async def work(context: Context) -> None:
        with context.interruption.work():
            found.append(await operation(context, which))

    running.act(work, made, place, call, interruption, quiet=True)
    if not found:
        what = "The decision might have been written; no one waited for its effect."
        hint = f"Check it: cage status {place.flags}"
        code = signalled(interruption.signal or "")
        return Ending(code, "interrupted", what, "", hint, (what, hint))
    if call.value(output.OBJECT):
        sys.stdout.write(f"{json.dumps(record_of(found[0]))}\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines(found[0])))
    return _CODES[found[0].effect]
