"""One AWS call: moving it to a thread, retrying it, and translating its errors."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import anyio
import anyio.to_thread
from botocore.exceptions import BotoCoreError, ClientError

from cage.aws import readable
from cage.aws.errors import translate
from cage.masking.mask import Mask
from cage.model.errors import AwsError, AwsUnavailableError, CageError
from cage.model.events import CallRetried
from cage.runtime import clock

T = TypeVar("T")
E = TypeVar("E", bound=CageError)

ATTEMPTS = 7
"""Attempts for a call that gets no answer: enough to outlast a ten-second network outage, even
if each attempt is refused at once."""

THROTTLED_ATTEMPTS = 20
"""Attempts for a call that is throttled: about two minutes in total."""

_FOR_ITS_RATE = ("Throttl", "LimitExceeded", "TooManyRequests", "SlowDown")

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0


class Hop(Protocol):
    """Runs a blocking call off the event loop and returns its result."""

    async def __call__(self, call: Callable[[], T], *, abandon: bool) -> T:
        """Return what `call` returns; `abandon`: a canceled caller doesn't wait for the call."""


async def in_thread(call: Callable[[], T], *, abandon: bool) -> T:
    """Run a call in a worker thread.

    A call that changes something isn't abandoned: its caller must learn what the call did,
    or a task that it started would be lost.
    """
    return await anyio.to_thread.run_sync(call, abandon_on_cancel=abandon)


class Caller:
    """Makes the calls of one rollout.

    botocore's own retries are disabled in the clients that cage creates: they would sleep in
    a thread, where deadlines and Ctrl-C can't interrupt them.

    Args:
        region: The Region, for messages.
        hop: Moves a blocking call off the event loop.
        jitter: Returns a random number between 0 and 1; spreads out parallel rollouts.
        retried: Called on each retry.
        mask: Registers each task definition, and hides its secrets in errors.
    """

    def __init__(
        self,
        region: str,
        hop: Hop = in_thread,
        jitter: Callable[[], float] | None = None,
        retried: Callable[[CallRetried], object] | None = None,
        mask: Mask | None = None,
    ) -> None:
        self.region = region
        self.mask = mask or Mask()
        self._hop = hop
        self._jitter = jitter or random.SystemRandom().random
        self.retried = retried or (lambda _event: None)

    async def carry(self, call: Callable[[], T]) -> T:
        """Make a blocking call outside the AWS API, once; if canceled, the call is abandoned."""
        return await self._hop(call, abandon=True)

    async def read(self, client: Any, operation: str, **params: Any) -> dict[str, Any]:
        """Make a call that changes nothing."""
        return await self._attempts(client, operation, params, abandon=True)

    async def change(
        self,
        client: Any,
        operation: str,
        *,
        before_retry: Callable[[], Awaitable[dict[str, Any] | None]] | None = None,
        **params: Any,
    ) -> dict[str, Any]:
        """Make a call that changes something; it must be safe to repeat.

        Args:
            before_retry: For a call that isn't safe to repeat: finds out what an attempt that got
                no answer has done. If it returns a result, that result is returned.
        """
        return await self._attempts(client, operation, params, abandon=False, found=before_retry)

    async def _attempts(
        self,
        client: Any,
        operation: str,
        params: dict[str, Any],
        *,
        abandon: bool,
        found: Callable[[], Awaitable[dict[str, Any] | None]] | None = None,
    ) -> dict[str, Any]:
        method = getattr(client, operation)
        name = client.meta.method_to_api_mapping[operation]
        unanswered = False
        for attempt in range(THROTTLED_ATTEMPTS):
            try:
                answer: dict[str, Any] = await self._hop(lambda: method(**params), abandon=abandon)
            except (ClientError, BotoCoreError, *readable.UNREADABLE) as error:
                translated = self._masked(translate(error, name, self.region), params)
                throttled = any(word in _code(translated) for word in _FOR_ITS_RATE)
                most = THROTTLED_ATTEMPTS if throttled else ATTEMPTS
                unavailable = isinstance(translated, AwsUnavailableError)
                unanswered = unanswered or (unavailable and not throttled)
                if isinstance(translated, AwsError):
                    translated.may_have_happened = unanswered
                if attempt == most - 1 or not isinstance(translated, AwsUnavailableError):
                    raise translated from error
                pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0**attempt)
                pause *= 0.5 + self._jitter() / 2
                self.retried(CallRetried(operation=name, code=translated.code, wait_s=pause))
            else:
                return answer
            await clock.sleep(pause)
            if found is not None:
                try:
                    already = await found()
                except AwsError as error:
                    error.may_have_happened = unanswered
                    raise
                if already is not None:
                    return already
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _masked(self, error: E, params: dict[str, Any]) -> E:
        """Return the error without the call's secrets, which AWS might quote."""
        self.mask.learn(params)
        error.what = self.mask.text(error.what)
        error.why = self.mask.text(error.why, foreign=True)
        return error


def _code(error: Exception) -> str:
    return error.code if isinstance(error, AwsError) else ""
