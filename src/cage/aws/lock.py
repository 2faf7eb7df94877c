"""SSM Parameter Store over botocore, limited to what a lock needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any

from cage.aws.calls import Caller
from cage.model.account import ParameterVersion
from cage.model.errors import InvalidRequestError, NotFoundError

_A_PAGE = 50
"""The most versions in one response (SSM API reference, GetParameterHistory)."""

_DESCRIPTION = "Lock of a service that cage rolls out; it is released by itself"


class BotoParameters:
    """Implements `cage.ports.parameters.Parameters`.

    Args:
        client: Creates the client on first use: most rollouts take no lock.
        caller: Makes the calls.
    """

    def __init__(self, client: Callable[[], Any], caller: Caller) -> None:
        self._client = client
        self._call = caller

    async def create(self, name: str, value: str) -> int | None:
        try:
            return await self._put(name, value, overwrite=False)
        except InvalidRequestError as error:
            if error.code == "ParameterAlreadyExists":
                return None
            raise

    async def append(self, name: str, value: str) -> int:
        return await self._put(name, value, overwrite=True)

    async def _put(self, name: str, value: str, *, overwrite: bool) -> int:
        answer = await self._call.change(
            self._client(),
            "put_parameter",
            Name=name,
            Value=value,
            Description=_DESCRIPTION,
            Type="String",
            Overwrite=overwrite,
        )
        return int(answer["Version"])

    async def history(self, name: str) -> tuple[ParameterVersion, ...]:
        found: list[ParameterVersion] = []
        token: str | None = None
        while True:
            more = {"NextToken": token} if token else {}
            try:
                answer = await self._call.read(
                    self._client(), "get_parameter_history", Name=name, MaxResults=_A_PAGE, **more
                )
            except NotFoundError:
                return tuple(found)
            for raw in answer.get("Parameters") or []:
                at = raw["LastModifiedDate"].astimezone(UTC)
                found.append(ParameterVersion(int(raw["Version"]), raw.get("Value") or "", at))
            token = answer.get("NextToken")
            if not token:
                return tuple(sorted(found, key=lambda v: v.version))
