"""The same scenario ends the same, on the simulator and on an independent emulator."""

from __future__ import annotations

from pathlib import Path

from cage.aws import translate
from cage.deployment.judgment import Fate, Ours, judge
from tests.contract.conftest import Played
from tests.contract.endpoints import Endpoint
from tests.contract.scenario import STAYS


def test_both_agree_on_how_a_service_is_created(played: Played) -> None:
    told = played.theirs.up
    assert told == played.ours.up
    assert (told.exit_code, told.outcome, told.changed) == (0, "promoted", True)
    assert told.left.revision == "web:1"
    assert told.left.deployments == (("PRIMARY", "COMPLETED"),)
    assert told.left.running == 2


def test_both_agree_on_a_good_rollout(played: Played) -> None:
    told = played.theirs.good
    assert told == played.ours.good
    assert (told.exit_code, told.outcome, told.changed) == (0, "promoted", True)
    assert told.left.revision == "web:2"
    assert told.left.deployments == (("PRIMARY", "COMPLETED"),)
    assert (told.left.running, told.left.canaries) == (2, 0)


def test_in_a_good_rollout_the_canary_took_its_place_among_the_targets(contained: Played) -> None:
    told = contained.theirs.good
    assert told.checks >= {"running", "address", "target-health"}
    assert told.left.targets == ("healthy", "healthy")


def test_both_agree_on_a_broken_rollout(contained: Played) -> None:
    told = contained.theirs.broken
    assert told is not None
    assert told == contained.ours.broken
    assert (told.exit_code, told.outcome, told.changed) == (3, "aborted", False)
    assert told.reason == "ContainerExited"
    assert told.left == contained.theirs.good.left


def test_an_image_that_is_not_there_is_aborted_too(contained: Played) -> None:
    account = contained.their_account
    before = account.endpoint.state()
    told = account.tell("rollout", account.files(*STAYS, tag="none"))
    assert (told.exit_code, told.outcome, told.changed) == (3, "aborted", False)
    assert told.left == before


def test_a_rollback_that_takes_up_the_old_deployment_again_is_known_as_one(
    contained: Played,
) -> None:
    run = contained.theirs
    assert run.answers.undone is not None
    before, after = translate.service(run.answers.service), translate.service(run.answers.undone)
    failed = next(d for d in after.deployments if d.rollout_state == "FAILED")
    assert after.primary is not None
    assert before.primary is not None
    assert after.primary.id == before.primary.id
    known = frozenset(deployment.id for deployment in before.deployments)
    ours = Ours(failed.id, failed.revision_arn, known, before.primary.revision_arn)
    judgment = judge(after, ours, missing_s=0.0)
    assert judgment is not None
    assert judgment.fate is Fate.ROLLED_BACK


def test_a_revision_that_fails_only_after_the_promotion_is_rolled_back(
    contained: Played, tmp_path: Path
) -> None:
    account = contained.their_account
    before = account.endpoint.state()
    only_once = ("/bin/busybox", "sh", "-c", "/bin/busybox mkdir /shared/seen && exec sleep 900")
    told = account.tell("rollout", account.files(*only_once, shared=tmp_path))
    assert (tmp_path / "seen").is_dir()
    assert (told.exit_code, told.outcome, told.changed) == (4, "rolled-back", False)
    assert told.left == before


def test_verification_finds_nothing_wrong_in_an_account_that_is_whole(contained: Played) -> None:
    endpoint: Endpoint = contained.their_account.endpoint
    done = endpoint.cage("verify", contained.their_account.files(*STAYS))
    assert done.returncode == 0, done.stdout
