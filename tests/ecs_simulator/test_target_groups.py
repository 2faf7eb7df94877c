"""Target groups are created, found, changed and refused as by ELB."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecs_simulator import Simulator

WEB = {"Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1", "TargetType": "ip"}
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/front/1"


@pytest.fixture
def elb() -> Any:
    return Simulator().client("elbv2")


def create(elb: Any, **differences: Any) -> dict[str, Any]:
    (made,) = elb.create_target_group(**WEB | differences)["TargetGroups"]
    return dict(made)


def test_it_has_what_it_was_given_and_elb_s_defaults(elb: Any) -> None:
    made = create(elb, HealthCheckPath="/health", Matcher={"HttpCode": "200-299"})
    (found,) = elb.describe_target_groups(Names=["web"])["TargetGroups"]
    assert found == made
    assert (found["VpcId"], found["HealthCheckPath"]) == ("vpc-1", "/health")
    assert found["Matcher"] == {"HttpCode": "200-299"}
    assert (found["HealthCheckProtocol"], found["HealthCheckTimeoutSeconds"]) == ("HTTP", 5)


def test_a_network_load_balancer_s_is_checked_by_tcp(elb: Any) -> None:
    made = create(elb, Protocol="TCP")
    assert (made["HealthCheckProtocol"], "HealthCheckPath" in made) == ("TCP", False)


def test_a_name_that_no_group_has_is_not_found(elb: Any) -> None:
    create(elb)
    with pytest.raises(elb.exceptions.TargetGroupNotFoundException):
        elb.describe_target_groups(Names=["web", "api"])


def test_only_the_groups_of_a_load_balancer_are_found_by_it(elb: Any) -> None:
    first, _ = create(elb), create(elb, Name="api")
    forward = [{"Type": "forward", "TargetGroupArn": first["TargetGroupArn"]}]
    elb.create_listener(LoadBalancerArn=BALANCER, Protocol="HTTP", Port=80, DefaultActions=forward)
    found = elb.describe_target_groups(LoadBalancerArn=BALANCER)["TargetGroups"]
    assert [group["TargetGroupName"] for group in found] == ["web"]
    assert found[0]["LoadBalancerArns"] == [BALANCER]


def test_groups_come_in_pages(elb: Any) -> None:
    names = [create(elb, Name=f"web-{number}")["TargetGroupName"] for number in range(5)]
    pages = elb.get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 2})
    found = [[group["TargetGroupName"] for group in page["TargetGroups"]] for page in pages]
    assert found == [names[:2], names[2:4], names[4:]]


def test_health_checks_and_attributes_can_be_changed(elb: Any) -> None:
    arn = create(elb)["TargetGroupArn"]
    elb.modify_target_group(TargetGroupArn=arn, HealthCheckPath="/up", HealthyThresholdCount=2)
    (found,) = elb.describe_target_groups()["TargetGroups"]
    assert (found["HealthCheckPath"], found["HealthyThresholdCount"]) == ("/up", 2)
    sticky = [{"Key": "stickiness.enabled", "Value": "true"}]
    elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=sticky)
    listed = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    attributes = {one["Key"]: one["Value"] for one in listed}
    assert attributes["stickiness.enabled"] == "true"
    assert attributes["deregistration_delay.timeout_seconds"] == "300"


def test_tags_are_kept(elb: Any) -> None:
    arn = create(elb, Tags=[{"Key": "team", "Value": "web"}])["TargetGroupArn"]
    elb.add_tags(ResourceArns=[arn], Tags=[{"Key": "stage", "Value": "test"}])
    elb.remove_tags(ResourceArns=[arn], TagKeys=["team"])
    (found,) = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert found == {"ResourceArn": arn, "Tags": [{"Key": "stage", "Value": "test"}]}


@pytest.mark.parametrize(
    ("differences", "says"),
    [
        ({"Name": "web_1"}, "alphanumeric"),
        ({"Name": "-web"}, "cannot begin or end"),
        ({"Protocol": "SMTP"}, "enum value set"),
        ({"HealthCheckProtocol": "ICMP"}, "enum value set"),
        ({"HealthCheckPath": "health"}, "begin with a '/'"),
        ({"Matcher": {"HttpCode": "OK"}}, "HTTP code 'OK'"),
        ({"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 5}, "must be smaller"),
        ({"VpcId": None}, "VPC ID must be specified"),
        ({"Port": None}, "port must be specified"),
    ],
)
def test_what_elb_refuses_is_refused_in_its_words(
    elb: Any, differences: dict[str, Any], says: str
) -> None:
    given = {key: value for key, value in {**WEB, **differences}.items() if value is not None}
    with pytest.raises(ClientError, match=says):
        elb.create_target_group(**given)
    assert elb.describe_target_groups()["TargetGroups"] == []


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("stickyness.enabled", "true", "ValidationError"),
        ("stickiness.enabled", "yes", "ValidationError"),
        ("slow_start.duration_seconds", "901", "ValidationError"),
        ("deregistration_delay.timeout_seconds", "3601", "ValidationError"),
        ("stickiness.type", "source_ip", "InvalidConfigurationRequest"),
    ],
)
def test_an_attribute_that_elb_refuses_changes_nothing(
    elb: Any, key: str, value: str, code: str
) -> None:
    arn = create(elb)["TargetGroupArn"]
    before = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    with pytest.raises(ClientError) as refused:
        elb.modify_target_group_attributes(
            TargetGroupArn=arn, Attributes=[{"Key": key, "Value": value}]
        )
    assert refused.value.response["Error"]["Code"] == code
    assert elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"] == before
