"""Every incident of the catalogue, on a shape of service that it can happen to."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from cage.outcome import Promoted
from cage.simulator import incidents
from cage.simulator.incidents import CATALOGUE
from cage.simulator.rehearsal import with_update_service
from cage.simulator.shapes import SHAPES
from tests.stories import tell

_SHAPES = (
    "fargate-checked",
    "fargate-spot",
    "ec2-bridge",
    "fargate-blue-green",
    "fargate-asked",
    "fargate-approve",
    "fargate-furnished",
)


def _fits(shape: str, incident: str) -> bool:
    return CATALOGUE[incident].inapplicable(SHAPES[shape]().stage()) is None


@pytest.mark.parametrize("incident", CATALOGUE)
def test_an_incident_ends_as_its_own_file_says(incident: str) -> None:
    fitting = [shape for shape in _SHAPES if _fits(shape, incident)]
    assert fitting, "it can happen to no service"
    for shape in fitting[:2]:
        tell(shape, incident)


def test_every_file_of_an_incident_is_in_the_catalogue() -> None:
    named = {incident.name for incident in CATALOGUE.values()}
    for family in pkgutil.iter_modules(incidents.__path__, f"{incidents.__name__}."):
        if not family.ispkg:
            continue
        package = importlib.import_module(family.name)
        for found in pkgutil.iter_modules(package.__path__, f"{family.name}."):
            module = importlib.import_module(found.name)
            assert module.INCIDENT.name in named
            assert module.INCIDENT.name == found.name.rpartition(".")[2].replace("_", "-")
            assert module.INCIDENT.family == family.name.rpartition(".")[2]
            assert "Source: " in (module.__doc__ or "")


def test_there_are_sixty_at_least_in_every_family() -> None:
    assert len(CATALOGUE) >= 60
    assert len({incident.family for incident in CATALOGUE.values()}) == 12


def test_a_plain_update_lets_a_broken_revision_into_the_service_where_cage_does_not() -> None:
    for incident in ("bad-image", "missing-secret", "unavailable"):
        plain = with_update_service(SHAPES["fargate-tight"](), CATALOGUE[incident])
        story = tell("fargate-tight", incident)
        assert not isinstance(story.outcome, Promoted)
        assert plain.fewest < story.act.fewest == story.act.before
