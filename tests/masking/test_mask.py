"""A mask hides secrets and keeps the rest readable."""

from __future__ import annotations

import pytest

from cage.masking.mask import Mask, SecretText
from cage.model.outcome import Aborted, Diagnosis

TASK = {
    "family": "orders",
    "containerDefinitions": [
        {
            "name": "web",
            "image": "orders:2030-01",
            "environment": [
                {"name": "DB_PASSWORD", "value": "correct-horse"},
                {"name": "URL", "value": SecretText("db.internal/x")},
                {"name": "MODE", "value": "Blue-42"},
                {"name": "LEVEL", "value": "steady"},
                {"name": "TAG", "value": "2030-01"},
                {"name": "PORT", "value": "8080"},
            ],
            "dockerLabels": {"auth-token": "tr4de-winds", "team": "checkout"},
        }
    ],
}
ARN = "no secret arn:aws:secretsmanager:x:1:secret:db-a1b2"
MASK = Mask(TASK, public=("eu-west-1", "shop"))


def test_a_secret_is_hidden_in_every_text() -> None:
    for secret in ("correct-horse", "db.internal/x", "tr4de-winds"):
        assert MASK.text(secret) == "***"
        assert MASK.text(f"it said {secret}!") == "it said ***!"
        assert MASK.text(f"arn:aws:ecs:x:1:task/{secret}") == "arn:aws:ecs:x:1:task/***"


def test_any_other_variable_is_hidden_where_the_application_or_aws_speaks() -> None:
    assert MASK.text("starting:Blue-42,steady,2030-01,8080", foreign=True) == (
        "starting:***,***,***,8080"
    )


def test_a_sentence_keeps_plain_words_and_what_the_definition_says_elsewhere() -> None:
    said = "orders:2030-01 is steady in mode Blue-42"
    assert MASK.text(said) == "orders:2030-01 is steady in mode ***"


def test_a_name_keeps_what_is_no_secret() -> None:
    assert MASK.text("ecs-svc/Blue-42") == "ecs-svc/Blue-42"


def test_a_secret_that_is_the_name_of_the_service_gives_nothing_away() -> None:
    definition = {"environment": [{"name": "PASSWORD", "value": "orders"}]}
    assert Mask(definition, public=("orders",)).text("service orders") == "service orders"
    assert Mask(definition).text("service orders") == "service ***"


def test_more_is_learned_later() -> None:
    mask = Mask()
    assert mask.text("it said correct-horse") == "it said correct-horse"
    mask.learn(TASK)
    assert mask.text("it said correct-horse") == "it said ***"


def test_a_longer_secret_is_hidden_whole() -> None:
    mask = Mask([SecretText("hunter"), SecretText("hunter2222")])
    assert mask.text("hunter2222 and hunter") == "*** and ***"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("login with s3cr3t-value ok", "login with *** ok"),
        ("key AKIAABCDEFGHIJKLMNOP", "key ***"),
        ("login password: hunter2 failed", "login *** failed"),
        ("at postgres://shop:hunter2@db/shop now", "at *** now"),
        ("nothing to hide  here", "nothing to hide  here"),
        ("in /home/of/someone", "in /home/of/someone"),
        (
            "no arn:aws:secretsmanager:x:1:secret:db-a1b2",
            "no arn:aws:secretsmanager:x:1:secret:db-a1b2",
        ),
    ],
)
def test_secrets_of_the_process_and_keys_in_their_usual_form_are_hidden(
    text: str, shown: str
) -> None:
    environ = {"API_TOKEN": "s3cr3t-value", "HOME": "nothing", "PWD": "/home/of/someone"}
    assert Mask(environ=environ).text(text) == shown


def test_a_value_is_masked_with_all_that_it_holds_and_stays_of_its_kind() -> None:
    said = Diagnosis(
        "service", "Exit", "correct-horse", "", 1, "arn", log=("Blue-42",), events=("steady",)
    )
    shown = MASK.value(said)
    assert (shown.message, shown.log, shown.events) == ("***", ("***",), ("***",))
    aborted = Aborted("check", "R", "steady")
    assert MASK.value(aborted) is aborted
