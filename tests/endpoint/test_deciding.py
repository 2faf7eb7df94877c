"""A rollout that waits for approval on one command line, decided on another."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
from collections.abc import Iterator

import botocore.session

from tests.command_line import CAGE, ROOT
from tests.endpoint.locally import DELAY, GROUP, WEB, run, served
from tests.processes import PATIENCE_S

NAMING = ("--cluster", "demo", "--service", "web")


def _drain_at_once(env: dict[str, str]) -> None:
    """So that nobody waits for connections that there aren't."""
    session = botocore.session.Session()
    session.set_credentials("simulated", "simulated")
    elb = session.create_client(
        "elbv2", region_name="us-east-1", endpoint_url=env["AWS_ENDPOINT_URL"]
    )
    elb.modify_target_group_attributes(
        TargetGroupArn=GROUP, Attributes=[{"Key": DELAY, "Value": "0"}]
    )


@contextlib.contextmanager
def _waiting(env: dict[str, str], *more: str) -> Iterator[subprocess.Popen[str]]:
    """Start a rollout, and yield it once it waits for approval."""
    _drain_at_once(env)
    command = [str(CAGE), "rollout", str(WEB), "--yes", "--approve", *more]
    process = subprocess.Popen(
        command,
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "approval" in line and ("at most" in line or "wait-started" in line):
                break
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=PATIENCE_S)
        process.stdout.close()


def test_cage_promote_has_it_promoted_and_status_shows_what_is_awaited() -> None:
    with served(str(WEB)) as env, _waiting(env) as rollout:
        status = run(CAGE, "status", *NAMING, "--json", env=env)
        (canary,) = json.loads(status.stdout)["canaries"]
        assert canary["step"] == "approve"
        assert canary["approval_until"] is not None
        promoted = run(CAGE, "promote", *NAMING, env=env)
        assert promoted.returncode == 0, promoted.stderr
        assert "is approved and has updated service web." in promoted.stdout
        late = run(CAGE, "abort", *NAMING, env=env)
        assert late.returncode == 5
        assert "cage rollback --region us-east-1 --cluster demo --service web" in late.stdout
        rollout.terminate()
        assert rollout.stdout is not None
        said = rollout.stdout.read()
        assert rollout.wait(timeout=PATIENCE_S) == 143
    assert "passed approve: approved by someone who says they are arn:aws:sts::" in said


def test_cage_abort_ends_it_and_a_watch_ends_by_ctrl_c_without_a_traceback() -> None:
    with served(str(WEB)) as env, _waiting(env, "--json") as rollout:
        watch = subprocess.Popen(
            [str(CAGE), "status", *NAMING, "--watch"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert watch.stdout is not None
        watch.stdout.readline()
        watch.send_signal(signal.SIGINT)
        _, errors = watch.communicate(timeout=PATIENCE_S)
        assert (watch.returncode, errors) == (130, "")
        aborted = run(CAGE, "abort", *NAMING, "--json", env=env)
        assert aborted.returncode == 0, aborted.stderr
        assert json.loads(aborted.stdout)["effect"] == "taken"
        assert rollout.stdout is not None
        last, ended = (json.loads(line) for line in rollout.stdout.read().splitlines()[-2:])
        assert rollout.wait(timeout=PATIENCE_S) == 3
        nobody = run(CAGE, "promote", *NAMING, env=env)
        assert nobody.returncode == 3
        assert "No rollout of service web is in progress." in nobody.stderr
    assert last["outcome"]["reason"] == "AbortedByHand"
    assert (ended["kind"], ended["exit_code"]) == ("aborted", 3)
