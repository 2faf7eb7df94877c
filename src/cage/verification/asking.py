"""Asking all verifications at once, within a bound."""

from __future__ import annotations

import anyio

from cage.model.errors import AwsError
from cage.model.outcome import Finding
from cage.verification import CATALOGUE
from cage.verification.protocol import Ground, Verification, not_checked

BOUND_S = 10.0
"""How long all of them may take together; what hasn't answered by then isn't checked."""


async def verify(
    ground: Ground, catalogue: tuple[Verification, ...] = CATALOGUE
) -> tuple[Finding, ...]:
    """Return what all verifications find, in the catalogue's order. Never raises AwsError."""
    answers: dict[str, tuple[Finding, ...]] = {
        v.name: (not_checked(v.name, f"no answer within {BOUND_S:.0f} s"),) for v in catalogue
    }

    async def ask(verification: Verification) -> None:
        name = verification.name
        try:
            answers[name] = tuple(await verification.verify(ground))
        except AwsError as error:
            answers[name] = (not_checked(name, error.what),)

    with anyio.move_on_after(BOUND_S):
        async with anyio.create_task_group() as group:
            for verification in catalogue:
                group.start_soon(ask, verification)
    return tuple(finding for v in catalogue for finding in answers[v.name])
