"""AWS's SDK for JavaScript, which both of AWS's GitHub actions use, on the simulated ECS."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ecs_simulator import Simulator
from tests.command_line import ROOT
from tests.endpoint.locally import exported, run

PEERS = ROOT / ".node-peers"
NODE = shutil.which("node")
SCRIPT = Path(__file__).parent / "node" / "deploy.mjs"


@pytest.mark.skipif(NODE is None, reason="node isn't installed")
def test_the_sdk_for_javascript_creates_a_service_and_waits_until_it_is_stable() -> None:
    with Simulator() as simulator:
        env = exported(simulator.serve(time_scale=200)) | {"NODE_PEERS": str(PEERS)}
        done = run(Path(str(NODE)), str(SCRIPT), env=env)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "states": ["healthy", "healthy"],
        "refused": "ClusterNotFoundException",
        "isItsClass": True,
    }
