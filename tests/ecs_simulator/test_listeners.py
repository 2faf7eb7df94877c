"""Given listener rules, when ECS or anyone else moves traffic, then the rules' weights say so."""

from __future__ import annotations

import functools

import pytest
from botocore.exceptions import ClientError

from cage.rehearsal.shapes import SHAPES
from cage.rehearsal.stage import Stage
from ecs_simulator.world import traffic_shifts
from tests.ecs_simulator.stages import (
    BLUE,
    GREEN,
    RULE,
    deploy,
    settled,
    shifted,
    shown,
    up,
    wait_for,
)

_MARGIN_S = 60.0


def _weights(stage: Stage, arn: str = RULE) -> dict[str, int]:
    """The weights of a rule, as the ELB API shows them."""
    elb = stage.simulator.client("elbv2")
    if ":listener-rule/" in arn:
        (found,) = elb.describe_rules(RuleArns=[arn])["Rules"]
        actions = found["Actions"]
    else:
        (found,) = elb.describe_listeners(ListenerArns=[arn])["Listeners"]
        actions = found["DefaultActions"]
    return {g["TargetGroupArn"]: g["Weight"] for g in actions[0]["ForwardConfig"]["TargetGroups"]}


def _split(stage: Stage, weights: dict[str, int]) -> None:
    groups = [{"TargetGroupArn": arn, "Weight": n} for arn, n in weights.items()]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    stage.simulator.client("elbv2").modify_rule(RuleArn=RULE, Actions=[action])


def _in_stage(stage: Stage, name: str, *, inside: bool = True) -> bool:
    return (stage.service.history[0].stage == name) is inside


def test_a_deployment_moves_the_weights_of_its_rule() -> None:
    stage = shifted()
    assert _weights(stage) == {BLUE: 100, GREEN: 0}
    deploy(stage)
    wait_for(stage, lambda: stage.service.history[0].stage == "BAKE_TIME")
    assert _weights(stage) == {GREEN: 100, BLUE: 0}
    assert stage.world.healthy_targets(stage.service) == 3


def test_shares_that_are_no_whole_percent_become_tenths() -> None:
    stage = shifted("CANARY", canaryConfiguration={"canaryPercent": 2.5})
    deploy(stage)
    wait_for(stage, lambda: stage.service.history[0].weight == 2.5)
    stage.world.run_until(stage.world.now + 1)
    assert _weights(stage) == {GREEN: 25, BLUE: 975}


@pytest.mark.parametrize(
    ("weights", "text"),
    [
        ({BLUE: 50, GREEN: 50}, "should have exactly one target group serving traffic but found 2"),
        ({BLUE: 0, GREEN: 0}, "but found 0 target groups"),
    ],
)
def test_a_deployment_that_begins_with_other_weights_is_rolled_back(
    weights: dict[str, int], text: str
) -> None:
    stage = shifted()
    _split(stage, weights)
    deploy(stage)
    wait_for(stage, settled(stage))
    now = shown(stage)
    assert now["status"] == "ROLLBACK_SUCCESSFUL"
    assert now["statusReason"].startswith(
        "Service deployment rolled back because of invalid networking configuration."
    )
    assert text in now["statusReason"]
    assert _weights(stage) == weights


def test_a_target_group_that_no_listener_has_is_refused_by_the_deployment() -> None:
    stage = up("fargate-network-blue-green")
    for arn in stage.world.listeners.all:
        stage.world.listeners.weigh(arn, {BLUE: 100})
    deploy(stage)
    wait_for(stage, settled(stage))
    assert f"Target group {GREEN} is not associated with either" in shown(stage)["statusReason"]


def test_a_rule_that_forwards_to_another_service_is_refused_by_the_deployment() -> None:
    stage = shifted()
    elb = stage.simulator.client("elbv2")
    made = elb.create_target_group(
        Name="other", Protocol="HTTP", Port=80, TargetType="ip", VpcId="vpc-1"
    )
    other = made["TargetGroups"][0]["TargetGroupArn"]
    _split(stage, {BLUE: 0, GREEN: 0, other: 100})
    deploy(stage)
    wait_for(stage, settled(stage))
    assert f"unexpected target group {other}" in shown(stage)["statusReason"]


def test_swapped_weights_are_not_noticed_and_no_task_serves() -> None:
    stage = shifted()
    assert stage.world.healthy_targets(stage.service) == 3
    _split(stage, {BLUE: 0, GREEN: 100})
    assert stage.world.healthy_targets(stage.service) == 0
    deploy(stage)
    wait_for(stage, settled(stage))
    assert shown(stage)["status"] == "SUCCESSFUL"


@pytest.mark.parametrize(
    ("shape", "stage_s"),
    [
        (
            "fargate-network-blue-green",
            {"TEST_TRAFFIC_SHIFT": 600, "PRODUCTION_TRAFFIC_SHIFT": 600},
        ),
        ("fargate-lattice-canary", {"POST_SCALE_UP": 180, "TEST_TRAFFIC_SHIFT": 90}),
    ],
)
def test_ecs_waits_for_the_weights_to_be_known(shape: str, stage_s: dict[str, float]) -> None:
    stage = up(shape)
    deploy(stage)
    for name, expected_s in stage_s.items():
        wait_for(stage, functools.partial(_in_stage, stage, name))
        took_s = wait_for(stage, functools.partial(_in_stage, stage, name, inside=False))
        assert expected_s - 1 <= took_s <= expected_s + _MARGIN_S, name


def test_the_test_rule_points_at_the_new_tasks_first() -> None:
    stage = up("fargate-network-blue-green")
    advanced = stage.service.load_balancers[0]["advancedConfiguration"]
    production, test = advanced["productionListenerRule"], advanced["testListenerRule"]
    deploy(stage)
    wait_for(stage, lambda: stage.service.history[0].stage == "TEST_TRAFFIC_SHIFT")
    stage.world.run_until(stage.world.now + 5)
    assert _weights(stage, production)[BLUE] == 100
    assert _weights(stage, test)[GREEN] == 100
    wait_for(stage, settled(stage))
    assert _weights(stage, production)[GREEN] == 100


def test_a_rollback_gives_the_old_side_its_traffic_back() -> None:
    stage = shifted("CANARY", canaryConfiguration={"canaryPercent": 10.0})
    deploy(stage)
    wait_for(stage, lambda: stage.service.history[0].weight == 10.0)
    arn = stage.service.history[0].arn
    stage.call("stop_service_deployment", serviceDeploymentArn=arn)
    wait_for(stage, settled(stage))
    assert _weights(stage) == {BLUE: 100, GREEN: 0}
    assert traffic_shifts.weights(stage.service)[RULE][BLUE] == 100.0


def test_clients_create_listeners_and_rules_for_target_groups_of_the_account() -> None:
    stage = SHAPES["fargate-blue-green"]().stage()
    elb = stage.simulator.client("elbv2")
    balancer = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/other/1"
    forward = {"Type": "forward", "TargetGroupArn": BLUE}
    made = elb.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=8080, DefaultActions=[forward]
    )
    (listener,) = made["Listeners"]
    assert elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]["Port"] == 8080
    named = {"ListenerArn": listener["ListenerArn"], "Conditions": [], "Actions": [forward]}
    (rule,) = elb.create_rule(**named, Priority=7)["Rules"]
    with pytest.raises(ClientError, match="PriorityInUse"):
        elb.create_rule(**named, Priority=7)
    listed = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    assert [(r["RuleArn"], r["Priority"]) for r in listed] == [(rule["RuleArn"], "7")]
    elb.delete_rule(RuleArn=rule["RuleArn"])
    elb.delete_listener(ListenerArn=listener["ListenerArn"])
    with pytest.raises(ClientError, match="NotFound"):
        elb.describe_listeners(ListenerArns=[listener["ListenerArn"]])


def test_a_service_needs_a_rule_that_exists_and_has_both_target_groups() -> None:
    service = dict(SHAPES["fargate-blue-green"]().service)
    stage = SHAPES["fargate-blue-green"]().stage()
    stage.world.listeners.weigh(RULE, {BLUE: 100})
    asked = {**service, "serviceName": "other", "taskDefinition": "web:1"}
    with pytest.raises(ClientError, match="testListenerRule is required when"):
        stage.call("create_service", **asked)
    del stage.world.listeners.all[RULE]
    with pytest.raises(ClientError, match="does not exist"):
        stage.call("create_service", **asked)


def test_rules_of_vpc_lattice_show_and_take_weights() -> None:
    stage = up("fargate-lattice-canary")
    lattice = stage.simulator.client("vpc-lattice")
    advanced = stage.service.load_balancers[0]["advancedConfiguration"]
    service, _, rest = advanced["productionListenerRule"].partition("/listener/")
    listener, _, rule = rest.partition("/rule/")
    where = {"serviceIdentifier": service, "listenerIdentifier": listener}
    found = lattice.get_rule(**where, ruleIdentifier=rule)
    groups = found["action"]["forward"]["targetGroups"]
    assert [g["weight"] for g in groups] == [100, 0]
    action = {"forward": {"targetGroups": [{**g, "weight": 1} for g in groups]}}
    lattice.update_rule(**where, ruleIdentifier=rule, action=action)
    deploy(stage)
    wait_for(stage, settled(stage))
    assert "but found 2 target groups" in shown(stage)["statusReason"]
    made = lattice.create_listener(
        serviceIdentifier=service, name="other", protocol="HTTP", defaultAction=action
    )
    named = {"serviceIdentifier": service, "listenerIdentifier": made["id"]}
    assert lattice.get_listener(**named)["defaultAction"] == action
    alone = {"forward": {"targetGroups": groups[:1]}}
    lattice.update_listener(**named, defaultAction=alone)
    assert lattice.get_listener(**named)["defaultAction"] == alone
    match = {"httpMatch": {"method": "GET"}}
    one = lattice.create_rule(**named, name="get", priority=1, match=match, action=action)
    lattice.delete_rule(**named, ruleIdentifier=one["id"])
