"""`cage abort`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _settings() -> Sequence[Knob]:
    from cage.options import groups, output

    return (*groups.NAMING, *groups.ACCESS, output.OBJECT, output.DEBUG)


def _run(call: Invocation) -> Ending | int:
    from cage.command import deciding
    from cage.rollout.abort import abort

    return deciding.run(abort, call)


VERB = Verb(
    name="abort",
    summary="Abort a rollout that hasn't changed the service yet.",
    text="""\
Writes a tag on the rollout's canary task, and waits up to a minute until the rollout has
reacted: it removes its canary, and the service is untouched. Any rollout can be aborted until
it updates the service; after that, cage rollback rolls the service back.

Exit codes: 0 aborted, service untouched; 2 usage; 3 no live rollout, or it didn't react; 5 too
late, the service has been changed; 130 and 143 interrupted.""",
    settings=_settings,
    run=_run,
    heading="Rollouts",
    order=50,
    also=("cancel", "stop"),
)
