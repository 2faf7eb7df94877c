"""What flags and `cage.json` may ask for, and what is said of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cage.canary.checks import asked
from cage.canary.checks.command import CommandSettings
from cage.canary.checks.http import HttpSettings
from cage.errors import UsageError


def test_nothing_said_asks_nothing() -> None:
    found = asked({"bake": 5})
    assert found.http == ()
    assert found.commands == ()
    assert found.longest_s == 0


def test_everything_that_may_be_said_is_read() -> None:
    found = asked(
        {
            "http": [
                {},
                {
                    "path": "/a?b=c",
                    "port": 81,
                    "method": "HEAD",
                    "headers": {"X": "y"},
                    "tls": True,
                    "status": "200,300-302",
                    "body": "o+k",
                    "requests": 7,
                    "percentile": 50,
                    "within": 0.5,
                    "timeout": 2,
                    "tries": 3,
                },
            ],
            "command": [{"run": ["a", "b"], "timeout": 9}],
        }
    )
    assert found.commands == (CommandSettings(("a", "b"), 9.0),)
    assert found.http[0] == HttpSettings()
    assert found.http[1] == HttpSettings(
        "/a?b=c",
        81,
        "HEAD",
        {"X": "y"},
        tls=True,
        status=((200, 200), (300, 302)),
        body=re.compile("o+k"),
        requests=7,
        percentile=50.0,
        within_s=0.5,
        timeout_s=2.0,
        tries=3,
    )


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ({"http": [{"path": "health"}]}, "checks.http[0].path is not a path"),
        ({"http": [{"path": "/a b"}]}, "checks.http[0].path is not a path"),
        ({"http": [{}, {"port": 0}]}, "checks.http[1].port is 0"),
        ({"http": [{"status": "2xx"}]}, "checks.http[0].status is not 200 or 200-299"),
        ({"http": [{"body": "("}]}, "checks.http[0].body is no regular expression"),
        ({"http": [{"headers": {"X": "a\r\nB: c"}}]}, "checks.http[0].headers.X is not one line"),
        ({"http": [{"headers": {"a b": "c"}}]}, "checks.http[0].headers"),
        ({"http": [{"method": "GET /"}]}, "checks.http[0].method is not"),
        ({"http": [{"requests": 0}]}, "checks.http[0].requests is 0"),
        ({"http": [{"percentile": 101}]}, "checks.http[0].percentile is 101"),
        ({"command": [{"run": []}]}, "checks.command[0].run names no program"),
        ({"command": [{"run": ["a"], "timeout": 0}]}, "checks.command[0].timeout is 0"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_place(checks: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        asked(checks)
    assert caught.value.what.startswith(said)
    assert caught.value.next_step
