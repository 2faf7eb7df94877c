from __future__ import annotations

import gzip
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from cage.aws.shapes import EcsShapes, read_model

if TYPE_CHECKING:
    from pathlib import Path

    from cage.definitions import AwsShape


@pytest.mark.parametrize("operation", ["CreateService", "RegisterTaskDefinition"])
def test_shapes_say_what_botocores_model_says(operation: str) -> None:
    model = ServiceModel(Loader().load_service_model("ecs", "service-2"), "ecs")
    compared: set[str] = set()

    def compare(ours: AwsShape, theirs: Any) -> None:
        assert (ours.name, ours.kind) == (theirs.name, theirs.type_name)
        if ours.name in compared:
            return
        compared.add(ours.name)
        if ours.kind == "structure":
            assert list(ours.required) == list(theirs.required_members)
            assert list(ours.members) == list(theirs.members)
            for key, member in ours.members.items():
                compare(member, theirs.members[key])
        elif ours.kind == "list":
            compare(ours.element, theirs.member)
        elif ours.kind == "map":
            compare(ours.element, theirs.value)
        elif ours.kind == "string":
            assert list(ours.enum) == list(theirs.enum)
        else:
            assert ours.minimum == theirs.metadata.get("min")
            assert ours.maximum == theirs.metadata.get("max")

    compare(EcsShapes().input_of(operation), model.operation_model(operation).input_shape)
    assert len(compared) > 30


def test_members_carry_the_description_of_their_use() -> None:
    shapes = EcsShapes()
    members = shapes.input_of("CreateService").members
    assert "desiredCount" in members
    assert members["cluster"].documentation != members["serviceName"].documentation
    assert shapes.named("Service").members["runningCount"].kind == "integer"


def _model(folder: Path, version: str, name: str, **model: Any) -> None:
    content = json.dumps(model).encode()
    (folder / version).mkdir(parents=True, exist_ok=True)
    (folder / version / name).write_bytes(
        gzip.compress(content) if name.endswith(".gz") else content
    )


@pytest.mark.parametrize("name", ["service-2.json", "service-2.json.gz"])
def test_the_newest_model_is_read_compressed_or_not(tmp_path: Path, name: str) -> None:
    _model(tmp_path, "2014-11-13", "service-2.json", of="then")
    _model(tmp_path, "2027-01-01", name, of="now")
    _model(tmp_path, "2028-01-01", "paginators-1.json", of="another kind")
    assert read_model(tmp_path) == {"of": "now"}


def test_a_model_of_several_files_is_left_to_botocore(tmp_path: Path) -> None:
    assert read_model(tmp_path / "absent") is None
    _model(tmp_path, "2014-11-13", "service-2.json", of="then")
    _model(tmp_path, "2014-11-13", "service-2.sdk-extras.json", of="more")
    assert read_model(tmp_path) is None


@pytest.mark.parametrize("has_models", [False, True])
def test_a_users_own_models_are_read_by_botocore(tmp_path: Path, *, has_models: bool) -> None:
    if has_models:
        operations = {"CreateService": {"input": {"shape": "Own"}}}
        _model(
            tmp_path / ".aws" / "models" / "ecs",
            "2099-01-01",
            "service-2.json",
            operations=operations,
            shapes={"Own": {"type": "structure"}},
        )
    program = (
        "import sys; from cage.aws.shapes import EcsShapes;"
        "print(EcsShapes().input_of('CreateService').name, 'botocore' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == (
        ["Own", "True"] if has_models else ["CreateServiceRequest", "False"]
    )
