from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cage.aws.shapes import EcsShapes

from .folder import Folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def shapes() -> EcsShapes:
    return EcsShapes()


@pytest.fixture
def folder(tmp_path: Path, shapes: EcsShapes) -> Folder:
    return Folder(tmp_path, shapes)
