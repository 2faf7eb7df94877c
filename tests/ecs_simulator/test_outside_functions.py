"""Functions of lifecycle hooks that a real program or a real URL plays."""

from __future__ import annotations

import http.server
import json
import shlex
import sys
import threading
from typing import Any

import pytest

from ecs_simulator import Simulator
from ecs_simulator.outside_functions import THREAD
from tests.ecs_simulator.account import deploy

_HOOK = {
    "hookTargetArn": "arn:aws:lambda:us-east-1:123456789012:function:smoke",
    "roleArn": "arn:aws:iam::123456789012:role/hooks",
    "lifecycleStages": ["PRE_SCALE_UP"],
}
_SAYS = "import json, sys; stage = json.load(sys.stdin)['lifecycleStage']; "
_GOOD = (
    f"{_SAYS}print(json.dumps({{'hookStatus': 'SUCCEEDED' if stage == 'PRE_SCALE_UP' else ''}}))"
)
_BAD = f"{_SAYS}print(json.dumps({{'hookStatus': 'FAILED'}}))"


def _hook_after(target: str) -> dict[str, Any]:
    """The hook of a first deployment, once the function that plays it has ended."""
    with Simulator() as simulator:
        simulator.play("smoke", target)
        ecs = deploy(simulator, deploymentConfiguration={"lifecycleHooks": [_HOOK]})
        simulator.advance(30)
        for thread in threading.enumerate():
            if thread.name == THREAD:
                thread.join()
        listed = ecs.list_service_deployments(cluster="main", service="web")["serviceDeployments"]
        arns = [listed[0]["serviceDeploymentArn"]]
        (found,) = ecs.describe_service_deployments(serviceDeploymentArns=arns)[
            "serviceDeployments"
        ]
        return dict(found["lifecycleHookDetails"][0])


@pytest.mark.parametrize(
    ("code", "status"), [(_GOOD, "SUCCEEDED"), (_BAD, "FAILED"), ("raise SystemExit(1)", "FAILED")]
)
def test_a_program_reads_the_payload_and_prints_the_answer(code: str, status: str) -> None:
    assert _hook_after(shlex.join([sys.executable, "-c", code]))["status"] == status


def test_a_program_that_does_not_exist_has_failed() -> None:
    assert _hook_after("./no-such-program")["status"] == "FAILED"


def test_a_url_receives_the_payload() -> None:
    received: list[Any] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"hookStatus": "SUCCEEDED"}')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        hook = _hook_after(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
    assert hook["status"] == "SUCCEEDED"
    assert received[0]["executionId"] == hook["hookId"]
