"""A call answered with values gives what the same call gives over the wire."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from benchmarks.traces import trace_of
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.script import with_cage
from cage.rehearsal.shapes import SHAPES
from ecs_simulator import Simulator
from tests.ecs_simulator.account import deploy, shown
from tests.ecs_simulator.operations import STORIES, Story


class _Recorder(Simulator):
    """A simulator that keeps what its clients return and raise."""

    def __init__(self, *, wire: bool) -> None:
        super().__init__()
        self.api.wire = wire
        self.kept: list[Any] = []

    def client(self, service: str, region: str | None = None) -> Any:
        client = super().client(service, region)
        made = client._make_api_call

        def call(operation: str, params: dict[str, Any]) -> Any:
            try:
                answer = made(operation, params)
            except ClientError as error:
                self.kept.append((operation, type(error).__name__, error.response["Error"]))
                raise
            told = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
            status = answer["ResponseMetadata"]["HTTPStatusCode"]
            self.kept.append((operation, told, status))
            return answer

        vars(client)["_make_api_call"] = call
        return client


def _kept(story: Story, *, wire: bool) -> list[Any]:
    with _Recorder(wire=wire) as simulator:
        story(simulator)
        return simulator.kept


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_each_operation_of_ecs_answers_the_same_either_way(story: Story) -> None:
    by_wire, direct = _kept(story, wire=True), _kept(story, wire=False)
    for over, without in zip(by_wire, direct, strict=True):
        assert over == without


def _with_a_document(simulator: Simulator) -> None:
    hook = {
        "hookTargetArn": "arn:aws:lambda:us-east-1:123456789012:function:smoke",
        "roleArn": "arn:aws:iam::123456789012:role/hooks",
        "lifecycleStages": ["POST_SCALE_UP"],
        "hookDetails": {"paths": ["/a", {"deep": None}], "tries": 3},
    }
    configuration = {"lifecycleHooks": [hook]}
    found = shown(deploy(simulator, deploymentConfiguration=configuration))
    assert found["deploymentConfiguration"]["lifecycleHooks"] == [hook]


def test_any_json_crosses_unchanged_either_way() -> None:
    by_wire = _kept(_with_a_document, wire=True)
    assert by_wire == _kept(_with_a_document, wire=False)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_rollout_makes_the_same_calls_either_way(shape: str) -> None:
    script = SHAPES[shape]()
    by_wire = trace_of(shape, with_cage(script.but(wire=True)))
    assert by_wire.calls > len(("register", "run", "update"))
    assert trace_of(shape, with_cage(script.but(wire=False))) == by_wire


@pytest.mark.parametrize("name", ["throttling", "lost-answers", "stale-reads", "deny-run-task"])
def test_calls_that_fail_fail_the_same_either_way(name: str) -> None:
    script, incident = SHAPES["fargate-asked"](), CATALOG[name]
    by_wire = trace_of(name, with_cage(script.but(wire=True), incident))
    assert trace_of(name, with_cage(script.but(wire=False), incident)) == by_wire


def test_parameters_that_botocore_would_not_send_are_refused() -> None:
    ecs = _Recorder(wire=False).client("ecs")
    with pytest.raises(ParamValidationError, match="Unknown parameter"):
        ecs.describe_clusters(clusterNames=["main"])


def test_an_error_has_the_class_that_the_service_s_model_gives_it() -> None:
    ecs = _Recorder(wire=False).client("ecs")
    with pytest.raises(ecs.exceptions.ClusterNotFoundException) as refused:
        ecs.describe_services(cluster="nowhere", services=["web"])
    assert refused.value.operation_name == "DescribeServices"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
