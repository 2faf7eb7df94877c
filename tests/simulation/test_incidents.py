"""Every incident of the catalogue, on a shape of service that it can happen to."""

from __future__ import annotations

import importlib
import json
import pkgutil

import pytest

from cage.model.outcome import Promoted
from cage.rehearsal import incidents
from cage.rehearsal.incidents import CATALOGUE
from cage.rehearsal.script import with_update_service
from cage.rehearsal.shapes import SHAPES
from tests.stories import Story, tell

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


def _with_other_names(shape: str) -> dict[str, object]:
    """Return a shape's definitions with its containers called otherwise."""
    script = SHAPES[shape]()
    text = json.dumps([script.service, script.task_definition])
    for old, new in (('"web"', '"orders-api"'), ('"proxy"', '"envoy"')):
        for key in ("name", "containerName"):
            text = text.replace(f'"{key}": {old}', f'"{key}": {new}')
    service, task_definition = json.loads(text)
    return {"service": service, "task_definition": task_definition}


@pytest.mark.parametrize("shape", ["fargate-checked", "fargate-spot", "fargate-no-balancer"])
def test_no_incident_is_a_rollout_like_any_other(shape: str) -> None:
    differences = _with_other_names(shape)
    usual = tell(shape, **differences)  # type: ignore[arg-type]
    for incident in CATALOGUE:
        if _fits(shape, incident):
            story = tell(shape, incident, holds=False, **differences)  # type: ignore[arg-type]
            assert _course(story) != _course(usual), f"{incident} changes nothing"


def _course(story: Story) -> object:
    trace = [(h.at_s, h.what) for h in story.act.stage.world.engine.trace]
    return trace, story.act.calls, [(e.at, type(e)) for e in story.events]


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
