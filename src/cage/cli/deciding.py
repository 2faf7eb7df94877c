"""What `cage promote` and `cage abort` have in common."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from cage.cli import options
from cage.cli.ending import Ending, failed
from cage.cli.exit_codes import ABORTED, PROMOTED, UNPROVEN, signalled
from cage.ports.gateway import Gateway
from cage.rollout.decision import Deciding, Effect

OPTIONS = (
    *options.NAMING,
    options.REGION,
    options.CLUSTER,
    options.SERVICE,
    options.PROFILE,
    options.ENDPOINT_URL,
    options.DECISION_JSON,
    options.DEBUG,
)
"""The flags of both."""

_CODES = {
    Effect.TAKEN: PROMOTED,
    Effect.OVERRULED: ABORTED,
    Effect.TOO_LATE: UNPROVEN,
    Effect.NOT_NOTICED: ABORTED,
}


def run(
    operation: Callable[[Gateway, str, str], Awaitable[Deciding]],
    directory: Path | None,
    flags: dict[str, Any],
) -> Ending | int:
    """Decide, print what became of it, and return the exit code."""
    from cage.cli import compose, files, running
    from cage.model.errors import CageError, UsageError
    from cage.reports.jsonl import record_of
    from cage.runtime.interruption import Interruption
    from cage.wording.decisions import lines

    cluster, service = compose.place(flags, files.naming(directory, flags))
    made = running.clients(flags)
    interruption = Interruption()
    found: list[Deciding] = []

    async def work(gateway: Gateway, _journal: Any, taken: Interruption) -> None:
        with taken.work():
            found.append(await operation(gateway, cluster, service))

    try:
        running.act(work, made, flags, interruption, service=service, quiet=True)
    except UsageError:
        raise
    except CageError as error:
        return failed(error)
    if not found:
        what = "It may have been decided already; nobody waited for the effect."
        hint = f"Look at it: cage status --cluster {cluster} --service {service}"
        code = signalled(interruption.signal or "")
        return Ending(code, "interrupted", what, "", hint, (what, hint))
    if flags["as_json"]:
        sys.stdout.write(f"{json.dumps(record_of(found[0]))}\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines(found[0])))
    return _CODES[found[0].effect]
