from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cage.aws.shapes import EcsShapes
from cage.definitions import jsonnet_reader
from tests.processes import PATIENCE_S

from .folder import Folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process that runs Jsonnet take longer: the machine can be busy."""
    monkeypatch.setattr(jsonnet_reader, "MAX_JSONNET_S", PATIENCE_S)


@pytest.fixture(scope="session")
def shapes() -> EcsShapes:
    return EcsShapes()


@pytest.fixture
def folder(tmp_path: Path, shapes: EcsShapes) -> Folder:
    return Folder(tmp_path, shapes)
