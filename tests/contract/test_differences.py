"""Where the two endpoints differ is known, and decided by what AWS publishes."""

from __future__ import annotations

import botocore.session
import pytest

from tests.contract.conftest import Played
from tests.contract.differences import BEHAVIOURS, FIELDS, OURS, THEIRS, Behavior
from tests.contract.outline import outline


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
def test_each_does_what_is_written_down(contained: Played, behaviour: Behavior) -> None:
    assert behaviour.ask(contained.our_account, contained.ours) == behaviour.ours
    assert behaviour.ask(contained.their_account, contained.theirs) == behaviour.theirs


@pytest.mark.parametrize("answer", ["service", "task", "health", "revision"])
def test_a_field_that_only_one_shows_is_known(contained: Played, answer: str) -> None:
    ours = outline(getattr(contained.ours.answers, answer))
    theirs = outline(getattr(contained.theirs.answers, answer))
    for only, seen in ((OURS, set(ours) - set(theirs)), (THEIRS, set(theirs) - set(ours))):
        known = [f for f in FIELDS if (f.answer, f.only) == (answer, only)]
        assert {path for path in seen if not any(f.cover(path) for f in known)} == set()
        for fields in known:
            for name in fields.names:
                assert any(
                    path == name or path.startswith((f"{name}.", f"{name}[")) for path in seen
                )


@pytest.mark.parametrize("answer", ["service", "task", "health", "revision", "canary"])
def test_a_field_that_both_show_has_one_type(contained: Played, answer: str) -> None:
    ours = outline(getattr(contained.ours.answers, answer))
    theirs = outline(getattr(contained.theirs.answers, answer))
    both = ours.keys() & theirs.keys()
    assert both
    assert {path: ours[path] for path in both} == {path: theirs[path] for path in both}


def test_a_stopped_canary_tells_the_same_on_both(contained: Played) -> None:
    ours, theirs = contained.ours.answers.canary, contained.theirs.answers.canary
    same = (
        "lastStatus",
        "desiredStatus",
        "stopCode",
        "group",
        "startedBy",
        "launchType",
        "version",
    )
    assert {field: ours[field] for field in same} == {field: theirs[field] for field in same}
    exits = [[(c["name"], c["exitCode"]) for c in task["containers"]] for task in (ours, theirs)]
    assert exits[0] == exits[1] == [("web", 1)]
    codes = botocore.session.get_session().get_service_model("ecs").shape_for("TaskStopCode").enum
    assert ours["stopCode"] in codes
