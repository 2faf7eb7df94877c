"""The fixtures, as a user's own tests find them: by the package's entry point alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecs_simulator import Simulator

_THEIRS = """
import boto3
import pytest


@pytest.mark.ecs_simulator(seed=7, region="eu-west-1")
def test_an_account_of_its_own(ecs_simulator):
    ecs_simulator.client("ecs").create_cluster(clusterName="demo")
    assert ecs_simulator.world.region == "eu-west-1"


@pytest.mark.ecs_endpoint(time_scale=60)
def test_another_account_for_the_next_test(ecs_simulator, ecs_endpoint, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", ecs_endpoint)
    ecs = boto3.client("ecs", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    assert ecs.list_clusters()["clusterArns"] == []
"""

_WITHOUT_THE_EXTRA = """
import sys

sys.modules["moto"] = None


def test_theirs():
    assert "botocore" not in sys.modules
"""


def _pytest(folder: Path, text: str) -> str:
    (folder / "test_theirs.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "--strict-markers", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--rootdir", str(folder), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    return done.stdout + done.stderr


def test_fixtures_are_there_in_any_project(tmp_path: Path) -> None:
    assert "2 passed" in _pytest(tmp_path, _THEIRS)


def test_who_has_not_installed_the_extra_is_not_disturbed(tmp_path: Path) -> None:
    assert "1 passed" in _pytest(tmp_path, _WITHOUT_THE_EXTRA)


@pytest.mark.ecs_simulator(seed=11)
def test_the_marker_decides_the_seed(ecs_simulator: Simulator, ecs_endpoint: str) -> None:
    assert ecs_simulator.world.engine.seed == 11
    assert ecs_endpoint == ecs_simulator.url
