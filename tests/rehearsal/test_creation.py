"""Given files of a service that doesn't exist yet, then its creation can be rehearsed."""

from __future__ import annotations

import pytest

from cage.model.outcome import Aborted, Promoted, Unproven
from cage.rehearsal.creation import create, fits
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.shapes import SHAPES
from tests.command_line import run

_WEB = "examples/web"


@pytest.mark.parametrize("shape", ["fargate", "fargate-no-balancer", "ec2-auto"])
def test_a_creation_in_which_nothing_goes_wrong_ends_steady(shape: str) -> None:
    made = create(SHAPES[shape]())
    assert isinstance(made.result.outcome, Promoted)
    assert made.healthy == 3
    assert not made.broken


@pytest.mark.parametrize("shape", ["fargate", "fargate-no-balancer"])
@pytest.mark.parametrize("name", [one.name for one in CATALOG.values() if fits(one)])
def test_whatever_happens_to_its_tasks_the_last_word_is_true(shape: str, name: str) -> None:
    script = SHAPES[shape]()
    incident = CATALOG[name]
    if incident.inapplicable(script.stage()) is not None:
        return
    made = create(script, incident)
    assert not made.broken
    if isinstance(made.result.outcome, Promoted):
        assert made.healthy == 3
    if isinstance(made.result.outcome, Unproven):
        assert made.result.diagnosis is not None


def test_a_canary_keeps_a_service_that_cannot_work_from_being_created() -> None:
    made = create(SHAPES["fargate"](), CATALOG["bad-image"], canary=True)
    assert isinstance(made.result.outcome, Aborted)
    assert made.result.outcome.reason == "ImageNotFound"
    assert not made.stage.world.services


def test_the_command_rehearses_it_and_names_what_cannot_happen() -> None:
    told = run("rehearse", _WEB, "--up", "--incident", "essential-exit")
    assert told.returncode == 0
    assert "NOT confirmed healthy" in told.stdout
    assert "cause: ContainerExited" in told.stdout
    refused = run("rehearse", _WEB, "--up", "--incident", "crash-after-promotion")
    assert refused.returncode == 2
    assert "doesn't exist yet" in refused.stderr
