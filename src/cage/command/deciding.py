"""The work that `cage promote` and `cage abort` share."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from cage.command import decision_flags
from cage.command.ending import Ending
from cage.command.exit_codes import ABORTED, PROMOTED, UNPROVEN, signalled
from cage.options import output
from cage.rollout.decision import Deciding, Effect
from cage.rollout.hook_decision import HookDecision, HookEffect, Which

if TYPE_CHECKING:
    from cage.context import Context
    from cage.options.invocation import Invocation

_CODES: dict[Effect | HookEffect, int] = {
    HookEffect.TAKEN: PROMOTED,
    HookEffect.NOT_SHOWN: ABORTED,
    Effect.TAKEN: PROMOTED,
    Effect.OVERRULED: ABORTED,
    Effect.TOO_LATE: UNPROVEN,
    Effect.NOT_NOTICED: ABORTED,
}


def run(
    operation: Callable[[Context, Which], Awaitable[Deciding | HookDecision]], call: Invocation
) -> Ending | int:
    """Decide, print the result, and return the exit code."""
    from cage.command import running
    from cage.reports.jsonl import record_of
    from cage.runtime.interruption import Interruption
    from cage.wording.decisions import lines
    from cage.wording.harmless import harmless_json

    made, place = running.on_service(call)
    interruption = Interruption()
    found: list[Deciding | HookDecision] = []
    which = Which(call.value(decision_flags.hook()), rollout=call.value(decision_flags.rollout()))

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
        sys.stdout.write(f"{harmless_json(record_of(found[0]))}\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines(found[0], place.flags)))
    return _CODES[found[0].effect]
