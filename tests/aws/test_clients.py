"""Given credentials of the environment, then it is known when they expire."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cage.aws.clients import Clients


@pytest.mark.parametrize(
    ("expiration", "known"),
    [
        ("2030-01-07T10:00:00Z", datetime(2030, 1, 7, 10, tzinfo=UTC)),
        ("", None),
    ],
)
def test_credentials_of_the_environment_expire_when_it_says(
    expiration: str, known: datetime | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", expiration)
    assert Clients("us-east-1").expire() == known
