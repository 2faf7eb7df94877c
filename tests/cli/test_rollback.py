"""`cage rollback` on a terminal: what it asks before it acts."""

from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

from cage.rehearsal.shapes import SHAPES
from tests.processes import PATIENCE_S, running
from tests.served import served

CAGE = Path(sys.executable).with_name("cage")


def test_the_question_names_both_revisions_and_no_changes_nothing(tmp_path: Path) -> None:
    stage = SHAPES["fargate"]().stage()
    made = stage.call("register_task_definition", **stage.task_definition)
    arn = made["taskDefinition"]["taskDefinitionArn"]
    stage.call("update_service", cluster=stage.cluster, service="web", taskDefinition=arn)
    while stage.service.primary.rollout_state != "COMPLETED":
        stage.world.run_until(stage.world.now + 5)
    environ = {"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "TERM": "xterm"}
    environ |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    changes = stage.api.done.count("UpdateService")
    with served(stage) as url:
        keyboard, terminal = pty.openpty()
        line = [str(CAGE), "rollback", "--endpoint-url", url]
        line += ["--cluster", stage.cluster, "--service", "web"]
        with running(
            line, cwd=tmp_path, env=environ, stdin=terminal, stdout=terminal, stderr=terminal
        ) as process:
            os.close(terminal)
            asked = b""
            while b"[y/N]" not in asked:
                asked += os.read(keyboard, 1024)
            os.write(keyboard, b"n\n")
            assert process.wait(timeout=PATIENCE_S) == 3
        os.close(keyboard)
    question = " ".join(asked.decode().split())
    assert "from web:2 to web:1, the last steady revision before it?" in question
    assert stage.api.done.count("UpdateService") == changes
    assert stage.service.primary.revision.number == 2
