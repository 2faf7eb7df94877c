"""Lambda functions that are played outside of the simulated account: by a program or at a URL.

A program receives the invocation's payload on stdin and prints its answer; a URL receives it by
POST. Both are JSON (ECS developer guide, "Lambda hooks for Amazon ECS service deployments").
"""

from __future__ import annotations

import json
import shlex
import subprocess
import threading
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from ecs_simulator.world.functions import BROKEN, Answered, Function, read

_LONGEST_S = 900.0
"""How long an invocation can take: Lambda ends it after 15 minutes."""

THREAD = "lambda-function"
"""The name of a thread in which a function runs."""

_WEB = ("http://", "https://")


def played_by(target: str, turn: AbstractContextManager[object]) -> Function:
    """Return a function that a program or a URL plays.

    Args:
        target: A command line, or an address that begins with http:// or https://.
        turn: Is entered for each answer: no one else changes the account then.
    """
    ask = _posted if target.startswith(_WEB) else _printed

    def function(payload: dict[str, Any], answered: Answered) -> None:
        args = (ask, target, payload, answered, turn)
        threading.Thread(target=_play, args=args, name=THREAD, daemon=True).start()

    return function


def _play(
    ask: Callable[[str, bytes], bytes],
    target: str,
    payload: dict[str, Any],
    answered: Answered,
    turn: AbstractContextManager[object],
) -> None:
    try:
        answer = read(json.loads(ask(target, json.dumps(payload).encode())))
    except (OSError, ValueError, subprocess.SubprocessError):
        answer = BROKEN
    with turn:
        answered(answer)


def _printed(target: str, payload: bytes) -> bytes:
    """Run a program, and return what it printed; one that fails prints nothing that counts."""
    ran = subprocess.run(  # noqa: S603  the user's own program
        shlex.split(target), input=payload, capture_output=True, timeout=_LONGEST_S, check=True
    )
    return ran.stdout


def _posted(target: str, payload: bytes) -> bytes:
    """Post the payload to a URL, and return the body of the answer."""
    request = urllib.request.Request(  # noqa: S310  the user's own address
        target, payload, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=_LONGEST_S) as answer:  # noqa: S310
        body: bytes = answer.read()
    return body
