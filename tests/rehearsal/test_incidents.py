"""Every incident of the catalog, on a shape of service that it can happen to."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cage.model.outcome import Promoted
from cage.rehearsal import incidents
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.incidents.incident import FAMILIES
from cage.rehearsal.script import with_update_service
from cage.rehearsal.shapes import SHAPES
from tests.stories import Story, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from cage.rehearsal.incidents.incident import Incident

WEB = Path(__file__).parents[2] / "examples" / "web"

_SHAPES = (
    "fargate-checked",
    "fargate-spot",
    "ec2-bridge",
    "fargate-blue-green",
    "fargate-asked",
    "fargate-approve",
    "fargate-furnished",
    "fargate-lattice",
    "fargate-connect",
    "ec2-scaled",
    "fargate-hooks",
    "fargate-pauses",
)


def _fits(shape: str, incident: str) -> bool:
    return CATALOG[incident].inapplicable(SHAPES[shape]().stage()) is None


@pytest.mark.parametrize("incident", CATALOG)
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
    return {"service_definition": service, "task_definition": task_definition}


@pytest.mark.parametrize("shape", ["fargate-checked", "fargate-spot", "fargate-no-balancer"])
def test_no_incident_is_a_rollout_like_any_other(shape: str) -> None:
    differences = _with_other_names(shape)
    usual = tell(shape, **differences)  # type: ignore[arg-type]
    for incident in CATALOG:
        if _fits(shape, incident):
            story = tell(shape, incident, holds=False, **differences)  # type: ignore[arg-type]
            assert _course(story) != _course(usual), f"{incident} changes nothing"


def _course(story: Story) -> object:
    trace = [(h.at_s, h.what) for h in story.act.stage.world.engine.trace]
    return trace, story.act.calls, [(e.at, type(e)) for e in story.events]


def _declared() -> Iterator[tuple[ModuleType, tuple[Incident, ...]]]:
    """Yield each module that declares incidents, with them."""
    for found in pkgutil.walk_packages(incidents.__path__, f"{incidents.__name__}."):
        module = importlib.import_module(found.name)
        one = getattr(module, "INCIDENT", None)
        declared = getattr(module, "INCIDENTS", () if one is None else (one,))
        if declared:
            yield module, declared


def test_an_incident_is_declared_in_the_folder_of_its_family_with_its_source() -> None:
    for module, declared in _declared():
        assert "Source: " in (module.__doc__ or "")
        for incident in declared:
            assert incident.family == module.__name__.split(".")[-2]
            assert CATALOG[incident.name] is incident
        if len(declared) == 1:
            assert declared[0].name == module.__name__.rpartition(".")[2].replace("_", "-")


def test_the_catalog_is_what_the_files_declare_in_the_order_of_families() -> None:
    assert {i.name for _, declared in _declared() for i in declared} == set(CATALOG)
    assert tuple(dict.fromkeys(i.family for i in CATALOG.values())) == FAMILIES


_PLUG_IN = """
from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident

INCIDENT = Incident(
    name="{name}",
    family="image",
    summary="the registry burned down",
    why="no task can start",
    right=ABORTED,
    arm=cannot_start("CannotPullContainerError: no such host", 5, 10),
)
"""


def _with_plug_in(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Rehearse the example where another package declares an incident of that name."""
    (folder / "their_incidents.py").write_text(_PLUG_IN.format(name=name))
    info = folder / "theirs-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[cage.incidents]\ntheirs = their_incidents:INCIDENT\n")
    return subprocess.run(
        [Path(sys.executable).with_name("cage"), "rehearse", str(WEB), "--incident", name],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_incident_of_another_package_is_rehearsed_like_any_other(tmp_path: Path) -> None:
    done = _with_plug_in(tmp_path, "registry-on-fire")
    assert done.returncode == 0, done.stderr
    assert "registry-on-fire" in done.stdout
    assert "Aborted" in done.stdout


def test_two_incidents_of_one_name_are_an_error_that_names_it(tmp_path: Path) -> None:
    done = _with_plug_in(tmp_path, "bad-image")
    assert done.returncode == 2
    assert "Two incidents are named bad-image." in done.stderr


def test_a_plain_update_lets_a_broken_revision_into_the_service_where_cage_does_not() -> None:
    for incident in ("bad-image", "missing-secret", "unavailable"):
        plain = with_update_service(SHAPES["fargate-tight"](), CATALOG[incident])
        story = tell("fargate-tight", incident)
        assert not isinstance(story.outcome, Promoted)
        assert plain.fewest < story.act.fewest == story.act.before
