"""Given targets of a group, when their owners are looked up, only the service's own count."""

from __future__ import annotations

from collections import Counter

from cage.availability.owners import SETTLED_S, Owners
from cage.model.targets import Target, TargetHealth

_GROUP = "group"
_ONE, _TWO, _THREE = (Target(f"10.0.0.{n}", 8080) for n in (1, 2, 3))


def _health(*targets: Target, state: str = "healthy") -> dict[Target, TargetHealth]:
    return {target: TargetHealth(target, state) for target in targets}


def _task_of(target: Target) -> str:
    return f"task/{target.id}" if target in {_ONE, _TWO} else ""


def test_a_target_without_a_task_of_the_service_is_someone_elses() -> None:
    owners, health = Owners(), _health(_ONE, _TWO, _THREE)
    owners.learn(_GROUP, owners.see(_GROUP, health, 0.0), _task_of, now=0.0, certain=True)
    assert owners.own(_GROUP, health) == {"task/10.0.0.1", "task/10.0.0.2"}
    assert owners.others(_GROUP) == {_THREE}


def test_a_target_counts_until_ecs_has_had_the_time_to_list_its_task() -> None:
    owners, health = Owners(), _health(_ONE, _THREE)
    owners.learn(_GROUP, owners.see(_GROUP, health, 0.0), _task_of, now=0.0, certain=False)
    assert len(owners.own(_GROUP, health)) == 2
    unknown = owners.see(_GROUP, health, 0.0)
    assert unknown == {_THREE}
    owners.learn(_GROUP, unknown, _task_of, now=SETTLED_S, certain=False)
    assert owners.own(_GROUP, health) == {"task/10.0.0.1"}


def test_an_address_that_is_used_again_is_looked_up_again() -> None:
    owners = Owners()
    owners.learn(_GROUP, [_THREE], _task_of, now=0.0, certain=True)
    assert owners.see(_GROUP, _health(_THREE), 0.0) == frozenset()
    owners.see(_GROUP, _health(_THREE, state="draining"), 0.0)
    assert owners.see(_GROUP, _health(_THREE), 0.0) == {_THREE}


def test_the_canary_serves_and_is_not_the_services_own() -> None:
    owners, health = Owners(canaries={_THREE}), _health(_ONE, _THREE)
    assert owners.see(_GROUP, health, 0.0) == {_ONE}
    assert len(owners.own(_GROUP, health)) == 1
    assert owners.canary(_GROUP, health) == 1


def test_a_target_that_the_canary_left_counts_for_the_task_that_has_it_now() -> None:
    owners = Owners(canaries={_ONE})
    owners.canary_left(_ONE, 0.0)
    late = _health(_ONE)
    assert owners.see(_GROUP, late, 1.0) == frozenset()  # a read that lags behind
    assert owners.canary(_GROUP, late) == 0
    owners.see(_GROUP, _health(_ONE, state="draining"), 2.0)
    owners.learn(_GROUP, owners.see(_GROUP, late, 1.0), _task_of, now=0.0, certain=False)
    assert owners.own(_GROUP, late) == {"task/10.0.0.1"}


def test_a_task_that_is_registered_twice_in_one_group_counts_once() -> None:
    both = [Target("10.0.0.1", 8080), Target("10.0.0.1", 9090)]
    other = [Target("10.0.0.2", 8080), Target("10.0.0.2", 9090)]
    owners = Owners(entries=Counter({_GROUP: 2}), canaries=set(other))
    health = _health(*both, *other)
    assert len(owners.own(_GROUP, health)) == 1
    assert owners.canary(_GROUP, health) == 1
    assert owners.own(_GROUP, health | _health(both[0], state="unhealthy")) == frozenset()


def test_a_target_that_is_healthy_long_after_the_canary_left_is_another_tasks() -> None:
    owners, health = Owners(canaries={_ONE}), _health(_ONE)
    owners.canary_left(_ONE, 0.0)
    assert owners.see(_GROUP, health, SETTLED_S) == {_ONE}
    owners.learn(_GROUP, [_ONE], _task_of, now=SETTLED_S, certain=False)
    assert owners.own(_GROUP, health) == {"task/10.0.0.1"}


def test_a_target_of_someone_else_is_looked_up_again_from_time_to_time() -> None:
    owners, health = Owners(), _health(_ONE)
    owners.learn(_GROUP, [_ONE], lambda _target: "", now=0.0, certain=True)
    assert owners.see(_GROUP, health, 30.0) == frozenset()
    assert owners.see(_GROUP, health, 70.0) == {_ONE}
    assert owners.own(_GROUP, health) == frozenset()
    owners.learn(_GROUP, [_ONE], _task_of, now=70.0, certain=False)
    assert owners.own(_GROUP, health) == {"task/10.0.0.1"}
