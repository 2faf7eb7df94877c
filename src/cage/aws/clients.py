"""Creates botocore clients the way users of AWS's own tools expect."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from cage._version import __version__
from cage.aws import readable
from cage.aws.errors import translate
from cage.model.identity import moment

_CONFIG = {
    "connect_timeout": 5,
    "read_timeout": 20,
    "user_agent_extra": f"canarycage/{__version__}",
}


class Clients:
    """The clients of one command, created on first use.

    Args:
        region: None uses the environment's or the profile's.
        profile: A profile of the AWS config; None uses AWS_PROFILE.
        endpoint_url: The endpoint to call instead of AWS's own.
        attempts: How many times botocore tries a call. cage.aws.calls has its own retries, which
            respect deadlines and cancellation.

    Raises:
        UsageError: The profile is not found, or no Region is set.
    """

    def __init__(
        self,
        region: str | None = None,
        profile: str | None = None,
        endpoint_url: str | None = None,
        attempts: int = 1,
    ) -> None:
        self._session = botocore.session.Session(profile=profile)
        self._endpoint_url = endpoint_url
        self._retries = {"total_max_attempts": attempts, "mode": "standard"}
        try:
            self.region = region or self._session.get_config_variable("region")
        except BotoCoreError as error:
            raise translate(error, "the profile", region or "") from error
        self._made: dict[str, Any] = {}

    @property
    def session(self) -> Any:
        """The botocore session."""
        return self._session

    def expire(self) -> datetime | None:
        """Return when the credentials expire; None if that is unknown, or if they are renewed.

        Only the environment's expire for good: botocore reads the same values again. It renews
        those of roles, of SSO and of programs (botocore, credentials.EnvProvider).
        """
        found = self._session.get_credentials()
        if found is None or found.method != "env":
            return None
        return moment(os.environ.get("AWS_CREDENTIAL_EXPIRATION", ""))

    def client(self, service: str, region: str | None = None) -> Any:
        """Return the client of a service such as `ecs`, in another Region if one is specified.

        Raises:
            UsageError: No Region is set, or the profile is not found.
        """
        name = f"{service} {region or ''}"
        if name not in self._made:
            try:
                self._made[name] = self._session.create_client(
                    service,
                    region_name=region or self.region,
                    endpoint_url=self._endpoint_url,
                    config=Config(**_CONFIG, retries=self._retries),
                )
            except (BotoCoreError, ValueError) as error:
                raise translate(error, "making a client", self.region or "") from error
            readable.watch(self._made[name])
        return self._made[name]
