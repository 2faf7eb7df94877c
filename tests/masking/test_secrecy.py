"""Texts that look like a secret, and texts that only sound like one."""

from __future__ import annotations

import pytest

from cage.masking.secrecy import looks_secret, secret_form


@pytest.mark.parametrize(
    "name",
    ["DB_PASSWORD", "dbPassword", "splunk-token", "api_key", "APIKEY", "SECRET_KEY_BASE",
     "AWS_SECRET_ACCESS_KEY", "JWT", "SENTRY_DSN", "MYSQL_PWD", "com.shop.auth-token",
     "PRIVATE_KEY", "vault.secret_id", "STRIPE_SIGNING_KEY", "smtp.pass", "CREDENTIALS"],
)  # fmt: skip
def test_a_secret_is_recognized_by_its_name(name: str) -> None:
    assert looks_secret(name, "x7")


@pytest.mark.parametrize(
    ("name", "value"),
    [("MODE", "x"), ("TOKEN_TTL", "30"), ("PASSWORD_FILE", "/run/x"), ("SECRET_NAME", "shop"),
     ("KEY", "name"), ("PUBLIC_KEY", "abc"), ("CLIENT_ID", "abc"), ("MAX_TOKENS", "4096"),
     ("DB_PASSWORD", ""), ("AUTH", "true"), ("API_KEY", "arn:aws:secretsmanager:x:1:secret:y"),
     ("COMPASS", "north"), ("BYPASS_CACHE", "yes"), ("KEYBOARD", "qwerty"), ("", "plain"),
     ("IMAGE", "sha256:" + "0a" * 32), ("COMMIT", "0a" * 20),
     ("POOL", "eu-west-1_AbCdEf123"), ("STACK", "Prod-WebService-AbC123DeF456-GhI789")],
)  # fmt: skip
def test_a_name_that_only_sounds_like_a_secret_is_not_one(name: str, value: str) -> None:
    assert not looks_secret(name, value)


@pytest.mark.parametrize(
    "value",
    ["AKIA" + "ABCDEFGHIJ234567", "postgres://shop:hunter2@db/shop", "redis://:hunter2@cache",
     "-----BEGIN RSA PRIVATE KEY-----", "ghp_" + "a1B2" * 9, "--password=hunter2",
     "Server=db;Password=hunter2;", "eyJhbGciOiJI.eyJzdWIiOiIx", "xoxb-123456789012-abcdef",
     "https://hooks.slack.com/services/T0/B0/x", "sk_live_" + "a1B2c3D4e5"],
)  # fmt: skip
def test_a_secret_is_recognized_by_its_form_under_any_name(value: str) -> None:
    assert secret_form(value)
    assert looks_secret("URL", value)


def test_a_long_mixed_word_is_considered_a_key() -> None:
    assert looks_secret("X", "wJa1rXU8nFEMI/K7MDENG/bPx2fiCY5XAMPLEKEY")
    assert not secret_form("wJa1rXU8nFEMI/K7MDENG/bPx2fiCY5XAMPLEKEY")


@pytest.mark.parametrize("value", ["https://example.com/a:b@c", "http://h:80/x", "a@b.example"])
def test_an_address_without_a_password_is_not_a_secret(value: str) -> None:
    assert not secret_form(value)


def test_a_placeholder_is_not_a_secret() -> None:
    assert not secret_form("postgres://${USER}:${DB_PASSWORD}@db")
