from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from cage.aws.shapes import EcsShapes

if TYPE_CHECKING:
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
