"""The examples can be used as they are, and a rehearsal of each is promoted."""

from __future__ import annotations

import pytest

from tests.command_line import ROOT, run

_EXAMPLES = sorted(path.name for path in (ROOT / "examples").iterdir())


@pytest.mark.parametrize("name", _EXAMPLES)
def test_nothing_is_wrong_with_an_example(name: str) -> None:
    done = run("check", f"examples/{name}", cwd=ROOT)
    assert done.returncode == 0
    assert "no errors, no warnings" in done.stdout


@pytest.mark.parametrize("name", _EXAMPLES)
def test_the_rehearsal_of_an_example_is_promoted(name: str) -> None:
    done = run("rehearse", f"examples/{name}", cwd=ROOT)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].split()[:3] == ["none", "Promoted", "yes"]


@pytest.mark.parametrize(
    ("name", "incident", "waits", "hook"),
    [
        ("blue-green", "hook-slow", "waiting", "ecs-lambda-"),
        ("blue-green-pause", "pause-continued", "paused", "ecs-pause-"),
    ],
)
def test_what_the_deployment_of_an_example_waits_for_is_told(
    name: str, incident: str, waits: str, hook: str
) -> None:
    done = run("rehearse", f"examples/{name}", "--incident", incident, cwd=ROOT)
    assert done.stdout.splitlines()[-1].split()[:3] == [incident, "Promoted", "yes"]
    _, begun, then = done.stdout.partition(f"{waits} in stage POST_TEST_TRAFFIC_SHIFT since ")
    assert begun
    assert any(hook in line and ", after " in line for line in then.splitlines())


@pytest.mark.parametrize(
    ("name", "incident"),
    [
        ("blue-green", "hook-fails"),
        ("blue-green", "hook-times-out-rollback"),
        ("blue-green-pause", "pause-rolled-back"),
        ("blue-green-pause", "pause-expires-rollback"),
    ],
)
def test_an_example_is_rolled_back_where_its_hook_or_someone_says_so(
    name: str, incident: str
) -> None:
    done = run("rehearse", f"examples/{name}", "--incident", incident, cwd=ROOT)
    assert done.stdout.splitlines()[-1].split()[:3] == [incident, "Rolled", "back"]
