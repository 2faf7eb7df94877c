"""One call to AWS: the thread hop, the retries, and the translation of errors."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import anyio
import anyio.to_thread
from botocore.exceptions import BotoCoreError, ClientError

from cage.aws.errors import translate
from cage.masking.mask import Mask
from cage.model.errors import AwsError, AwsUnavailableError, CageError
from cage.model.events import CallRetried
from cage.runtime import clock

T = TypeVar("T")
E = TypeVar("E", bound=CageError)

ATTEMPTS = 7
"""How often a call that gets no answer is made: a network that is away for ten seconds is
outlasted, even if it refuses each attempt at once."""

THROTTLED_ATTEMPTS = 20
"""How often a call that is refused for its rate is made: about two minutes in all."""

_FOR_ITS_RATE = ("Throttl", "LimitExceeded", "TooManyRequests", "SlowDown")

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0


class Hop(Protocol):
    """Carries a blocking call away from the event loop and brings its result back."""

    async def __call__(self, call: Callable[[], T], *, abandon: bool) -> T:
        """Return what `call` returns; `abandon`: a cancelled caller needn't wait for it."""


async def in_thread(call: Callable[[], T], *, abandon: bool) -> T:
    """Carry a call to a worker thread.

    A call that changes something isn't abandoned: its caller must learn what it did,
    or a task that it started would be lost.
    """
    return await anyio.to_thread.run_sync(call, abandon_on_cancel=abandon)


class Caller:
    """Makes the calls of one rollout.

    botocore's own retries are off in the clients that cage makes: they would sleep in a
    thread, where neither a deadline nor Ctrl-C reaches them.

    Args:
        region: The Region, for messages.
        hop: How a blocking call leaves the event loop.
        jitter: Draws between 0 and 1; keeps parallel rollouts apart.
        retried: Told of each retry.
        mask: Learns of each task definition, and hides what is secret in errors.
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
        """Make a blocking call that is none of AWS's API, once; a cancelled one is abandoned."""
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
            before_retry: For a call that isn't safe to repeat: tells what an attempt
                without an answer has done. If it gives an answer, that one is returned.
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
            except (ClientError, BotoCoreError) as error:
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
        """Return the error without the secrets of the call, which AWS might quote."""
        self.mask.learn(params)
        error.what = self.mask.text(error.what)
        error.why = self.mask.text(error.why, foreign=True)
        return error


def _code(error: Exception) -> str:
    return error.code if isinstance(error, AwsError) else ""
