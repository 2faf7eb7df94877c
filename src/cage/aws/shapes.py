"""The data types of the ECS API, from botocore's own model; no client, no credentials.

The model is a JSON file in botocore's package. It is read without botocore, whose import takes
ten times as long; botocore's own loader is used only where something else changes the model.
"""

from __future__ import annotations

import functools
import gzip
import json
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cage.ports.shapes import AwsShape


class EcsShapes:
    """`cage.ports.shapes.Shapes` over botocore's model, which is read on first use."""

    def __init__(self) -> None:
        self._known: dict[str, _Shape] = {}

    def input_of(self, operation: str) -> AwsShape:
        """Return the input of an operation such as `CreateService`."""
        name: str = _model()["operations"][operation]["input"]["shape"]
        return self._shape(name)

    def named(self, name: str) -> AwsShape:
        """Return the type of that name, such as `TaskDefinition`."""
        return self._shape(name)

    def _shape(self, name: str) -> _Shape:
        if name not in self._known:
            self._known[name] = _Shape(self, name, _model()["shapes"][name])
        return self._known[name]

    def member(self, reference: Mapping[str, Any]) -> _Shape:
        """Return the type that a member of another type refers to."""
        known = self._shape(reference["shape"])
        documentation = reference.get("documentation")
        return known.described(documentation) if documentation else known


@functools.cache
def _model() -> dict[str, Any]:
    botocore = PathFinder.find_spec("botocore")
    data = Path((botocore and botocore.origin) or "").with_name("data")
    custom = Path("~/.aws/models/ecs").expanduser()
    found = None if custom.is_dir() else read_model(data / "ecs")
    if found is None:
        from botocore.loaders import Loader  # noqa: PLC0415 - heavy, and rarely needed

        found = Loader().load_service_model("ecs", "service-2")
    return found


def read_model(data: Path) -> dict[str, Any] | None:
    """Return the newest model in a service's folder; None if botocore must assemble it."""
    versions = sorted(data.glob("*/service-2.*"), key=lambda path: path.parent.name)
    newest = [path for path in versions if path.parent == versions[-1].parent]
    if [path.name for path in newest] not in (["service-2.json"], ["service-2.json.gz"]):
        return None
    content = newest[0].read_bytes()
    if newest[0].suffix == ".gz":
        content = gzip.decompress(content)
    model: dict[str, Any] = json.loads(content)
    return model


class _Shape:
    """One type; its parts are created on first use, as types refer to each other."""

    def __init__(
        self, shapes: EcsShapes, name: str, model: Mapping[str, Any], documentation: str = ""
    ) -> None:
        self._shapes = shapes
        self._model = model
        self.name = name
        self.kind: str = model["type"]
        self.documentation: str = documentation or model.get("documentation", "")

    def described(self, documentation: str) -> _Shape:
        """Return the same type with the description of one of its uses."""
        return _Shape(self._shapes, self.name, self._model, documentation)

    @functools.cached_property
    def members(self) -> Mapping[str, AwsShape]:
        members = self._model.get("members", {})
        return {key: self._shapes.member(reference) for key, reference in members.items()}

    @functools.cached_property
    def required(self) -> Sequence[str]:
        return tuple(self._model.get("required", ()))

    @functools.cached_property
    def enum(self) -> Sequence[str]:
        return tuple(self._model.get("enum", ()))

    @property
    def minimum(self) -> int | None:
        value: int | None = self._model.get("min")
        return value

    @property
    def maximum(self) -> int | None:
        value: int | None = self._model.get("max")
        return value

    @property
    def pattern(self) -> str:
        value: str = self._model.get("pattern", "")
        return value

    @property
    def is_document(self) -> bool:
        return bool(self._model.get("document"))

    @functools.cached_property
    def element(self) -> AwsShape:
        return self._shapes.member(self._model["member" if self.kind == "list" else "value"])
