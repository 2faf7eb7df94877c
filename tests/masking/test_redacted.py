"""Requests as cage shows them: what is masked, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from cage.masking.mask import redacted
from tests.definitions.folder import SERVICE, TASK_DEFINITION, changed

VALUE = "hunter2"


def _container(**members: Any) -> dict[str, Any]:
    """Return a container with these members, as it is shown."""
    task = changed(TASK_DEFINITION, {})
    task["containerDefinitions"][0] |= members
    shown: dict[str, Any] = redacted(task)["containerDefinitions"][0]
    return shown


def test_a_request_without_secrets_is_shown_as_it_is() -> None:
    assert redacted(SERVICE) == SERVICE
    assert redacted(TASK_DEFINITION) == TASK_DEFINITION


@pytest.mark.parametrize("name", ["DB_PASSWORD", "apiToken", "STRIPE_SECRET_KEY", "session.secret"])
def test_a_variable_with_the_name_of_a_secret_is_masked(name: str) -> None:
    shown = _container(environment=[{"name": name, "value": VALUE}])
    assert shown["environment"] == [{"name": name, "value": "***"}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "production"),
        ("DB_PASSWORD", ""),
        ("TOKEN_URL", "https://login.example.com/token"),
        ("SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:210987654321:secret:db"),
        ("PASSWORD_MIN_LENGTH", "12"),
    ],
)
def test_what_is_no_secret_is_shown(name: str, value: str) -> None:
    variable = {"name": name, "value": value}
    assert _container(environment=[variable])["environment"] == [variable]


def test_a_password_in_a_url_or_a_command_is_masked_whatever_it_is_called() -> None:
    url = f"postgres://app:{VALUE}@db.example.com/shop"
    shown = _container(
        environment=[{"name": "DATABASE", "value": url}],
        command=["serve", f"--password={VALUE}"],
    )
    assert VALUE not in str(shown)
    assert shown["command"] == ["serve", "***"]


def test_options_and_labels_are_masked_by_their_keys() -> None:
    shown = _container(
        dockerLabels={"deploy.token": VALUE, "team": "shop"},
        logConfiguration={"logDriver": "splunk", "options": {"splunk-token": VALUE, "mode": "x"}},
    )
    assert shown["dockerLabels"] == {"deploy.token": "***", "team": "shop"}
    assert shown["logConfiguration"]["options"] == {"splunk-token": "***", "mode": "x"}


def test_where_a_secret_is_kept_is_shown() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:db-AbCdEf:password::"
    secrets = [{"name": "DB_PASSWORD", "valueFrom": arn}]
    assert _container(secrets=secrets)["secrets"] == secrets


def test_the_request_itself_is_left_alone() -> None:
    task = changed(TASK_DEFINITION, {})
    task["containerDefinitions"][0]["environment"] = [{"name": "PASSWORD", "value": VALUE}]
    redacted(task)
    assert task["containerDefinitions"][0]["environment"][0]["value"] == VALUE
