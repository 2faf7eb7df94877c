"""Access from lookups to AWS and to the Terraform state. Each value is read once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cage.definitions import LookupFailedError
from cage.model.errors import AwsUnavailableError, CageError, CredentialsError, UsageError

if TYPE_CHECKING:
    from cage.aws.clients import Clients

ATTEMPTS = 4
"""Attempts per call; botocore sleeps between them, which is fine as nothing has started yet."""


class Reach:
    """One command's access to AWS and to the Terraform state.

    Args:
        clients: Creates the clients, on first use.
        state: Where the Terraform state is: a path, `s3://bucket/key`, or an HTTP address.
        environ: Its TF_HTTP_USERNAME and TF_HTTP_PASSWORD are for a state served over HTTP.
    """

    def __init__(
        self, clients: Callable[[], Clients], state: str | None, environ: Mapping[str, str]
    ) -> None:
        self.state = state
        self.environ = environ
        self._clients = clients
        self._made: Clients | None = None
        self._known: dict[str, Any] = {}
        self._out_of_reach: LookupFailedError | None = None

    def once(self, key: str, read: Callable[[], Any]) -> Any:
        """Return what `read` returns. It is called once per key, even if it fails."""
        if key not in self._known:
            try:
                self._known[key] = read()
            except LookupFailedError as error:
                self._known[key] = error
        if isinstance(self._known[key], LookupFailedError):
            raise self._known[key]
        return self._known[key]

    def ask(
        self, service: str, operation: str, absent: tuple[str, str] = ("", ""), **params: Any
    ) -> dict[str, Any]:
        """Return AWS's response.

        Args:
            service: For example `ssm`.
            operation: For example `get_parameter`.
            absent: A word in the error that means "not found", and the message to show for it.
            params: The call's parameters.

        Raises:
            LookupFailedError: AWS refused or didn't answer. If it didn't answer, no more calls
                are made.
        """
        if self._out_of_reach is not None:
            raise self._out_of_reach
        key = json.dumps([service, operation, params], sort_keys=True)
        answer: dict[str, Any] = self.once(
            key, lambda: self._call(service, operation, absent, params)
        )
        return answer

    @property
    def region(self) -> str:
        """The Region that is queried; empty before the first call."""
        return (self._made.region if self._made else "") or ""

    def _call(
        self, service: str, operation: str, absent: tuple[str, str], params: dict[str, Any]
    ) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - heavy

        from cage.aws import readable  # noqa: PLC0415 - as above
        from cage.aws.errors import translate  # noqa: PLC0415 - as above

        name = operation.title().replace("_", "")
        try:
            self._made = self._made or self._clients()
            client = self._made.client(service)
            return getattr(client, operation)(**params)
        except (ClientError, BotoCoreError, *readable.UNREADABLE) as error:
            translated = translate(error, name, self.region)
            if absent[0] and absent[0] in f"{translated.what} {translated.why}":
                raise LookupFailedError(absent[1]) from None
            raise self._failure(translated) from None
        except CageError as error:
            raise self._failure(error) from None

    def _failure(self, error: CageError) -> LookupFailedError:
        why = " ".join(part.rstrip(".:") + "." for part in (error.what, error.why) if part)
        failure = LookupFailedError(why.rstrip("."), error.next_step.rstrip("."))
        if isinstance(error, AwsUnavailableError | CredentialsError | UsageError):
            self._out_of_reach = failure
        return failure
