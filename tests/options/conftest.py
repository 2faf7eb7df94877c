from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cage.aws.shapes import EcsShapes
from tests.definitions.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A directory that holds a good service and a good task definition."""
    return Folder(tmp_path, EcsShapes())
