"""`cage status`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.model.errors import AwsUnavailableError
    from cage.options.invocation import Invocation
    from cage.ports.gateway import Gateway
    from cage.rollout.status import Status
    from cage.runtime.interruption import Interruption


def _watch() -> Knob:
    from cage.knobs.kinds import Switch
    from cage.knobs.knob import flag

    return flag(
        "--watch",
        Switch(),
        "Keep looking until the service is steady and no rollout is in progress.",
        default=False,
        heading="Output",
    )


def _as_json() -> Knob:
    from cage.options import output

    return output.json("Print one JSON object a look.")


def _settings() -> Sequence[Knob]:
    from cage.options import groups, output

    return (*groups.NAMING, _watch(), *groups.ACCESS, _as_json(), output.DEBUG)


def _run(call: Invocation) -> Ending | int:
    from cage.command import files, running
    from cage.command.ending import Ending, failed
    from cage.command.exit_codes import PROMOTED, signalled
    from cage.model.errors import AwsError
    from cage.runtime.interruption import Interruption

    cluster, service = call.place(files.naming(call).service)
    made = running.clients(call)
    interruption = Interruption()

    async def work(gateway: Gateway, _journal: Any, taken: Interruption) -> None:
        await _look(gateway, cluster, service, call, taken)

    try:
        running.act(work, made, call, interruption, service=service, quiet=True)
    except AwsError as error:
        return failed(error)
    if interruption.signal:
        return Ending(signalled(interruption.signal), "interrupted", interruption.signal)
    return Ending(PROMOTED) if call.value(_watch()) else PROMOTED


async def _look(
    gateway: Gateway, cluster: str, service: str, call: Invocation, interruption: Interruption
) -> None:
    """Look and print, once or until it is enough."""
    from cage.rollout.status import look, watch

    with interruption.work(), _shown(call) as show:
        if not call.value(_watch()):
            show(await look(gateway, cluster, service))
            return
        async for seen in watch(gateway, cluster, service):
            show(seen)


@contextlib.contextmanager
def _shown(call: Invocation) -> Iterator[Callable[[Status | AwsUnavailableError], None]]:
    """Yield what shows a look: in place on a terminal, else each change as text or JSON."""
    import sys

    from cage.command import running

    watching, as_json = call.value(_watch()), call.value(_as_json())
    if watching and running.on_stdout(call) == "terminal":
        from cage.wording.live import StatusView

        with StatusView() as view:
            yield view
    else:
        from cage.wording.status import Looks

        dated = watching and not as_json
        yield Looks(sys.stdout, sys.stderr, dated=dated, as_json=as_json)


VERB = Verb(
    name="status",
    summary="Show a service's status: deployments, targets, canaries, events.",
    text="""\
With --watch it looks every 5 seconds: in place on a terminal, elsewhere what changed, with
the time. It ends once the service is steady and no rollout that may be alive is in progress.

Exit codes: 0 shown; 2 usage; 3 AWS refused or didn't answer; 130 and 143 interrupted.""",
    settings=_settings,
    run=_run,
    heading="Looking",
    order=10,
    also=("show", "describe", "ps", "list"),
)
