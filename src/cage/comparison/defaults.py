"""Values that ECS fills in where a request has none: one table, each line with its source.

A value that equals its default counts as absent, both in the files and live.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ecs_rules import percents
from ecs_rules.lifecycle_hooks import USUAL_MINUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cage.model.base import Shape

_FIXED: dict[tuple[str, str], Any] = {
    # API reference, RegisterTaskDefinition: "If no network mode is specified, the default is
    # bridge"; "enableFaultInjection ... The default value is false".
    ("RegisterTaskDefinitionRequest", "networkMode"): "bridge",
    ("RegisterTaskDefinitionRequest", "enableFaultInjection"): False,
    # DescribeTaskDefinition returns cpu 0 where none was registered (seen in
    # pulumi/pulumi-aws#1985).
    ("ContainerDefinition", "cpu"): 0,
    # API reference, ContainerDefinition: "If this parameter is omitted, a container is assumed
    # to be essential"; "versionConsistency ... By default, the value is enabled".
    ("ContainerDefinition", "essential"): True,
    ("ContainerDefinition", "versionConsistency"): "enabled",
    # API reference, ContainerDefinition: each does something "when this parameter is true".
    ("ContainerDefinition", "disableNetworking"): False,
    ("ContainerDefinition", "interactive"): False,
    ("ContainerDefinition", "privileged"): False,
    ("ContainerDefinition", "pseudoTerminal"): False,
    ("ContainerDefinition", "readonlyRootFilesystem"): False,
    # API reference, PortMapping: "The default is tcp".
    ("PortMapping", "protocol"): "tcp",
    # API reference, HealthCheck. DescribeTaskDefinition shows the first three though no one
    # set them (seen in terraform-aws-modules/terraform-aws-ecs#148).
    ("HealthCheck", "interval"): 30,
    ("HealthCheck", "timeout"): 5,
    ("HealthCheck", "retries"): 3,
    ("HealthCheck", "startPeriod"): 0,
    # API reference, ContainerRestartPolicy: "a container must run for 300 seconds"; a policy
    # that isn't enabled counts as none.
    ("ContainerRestartPolicy", "enabled"): False,
    ("ContainerRestartPolicy", "restartAttemptPeriod"): 300,
    # API reference, MountPoint and VolumeFrom: "The default value is false".
    ("MountPoint", "readOnly"): False,
    ("VolumeFrom", "readOnly"): False,
    # API reference, LinuxParameters: "a default value of 60 is used"; Device: "By default, the
    # container has permissions for read, write, and mknod".
    ("LinuxParameters", "initProcessEnabled"): False,
    ("LinuxParameters", "swappiness"): 60,
    ("Device", "permissions"): ["mknod", "read", "write"],
    # The API returns false where nothing was set (hashicorp/terraform-provider-aws#46132).
    ("Volume", "configuredAtLaunch"): False,
    # API reference, EFSVolumeConfiguration, EFSAuthorizationConfig, S3FilesVolumeConfiguration:
    # "Specifying / will have the same effect as omitting this parameter"; "the default value
    # of DISABLED is used".
    ("EFSVolumeConfiguration", "rootDirectory"): "/",
    ("EFSVolumeConfiguration", "transitEncryption"): "DISABLED",
    ("EFSAuthorizationConfig", "iam"): "DISABLED",
    ("S3FilesVolumeConfiguration", "rootDirectory"): "/",
    # API reference, CreateService: each states its default. The controller is shown as ECS, the
    # grace period as 0, the platform as LATEST (seen in aws/copilot-cli#5225).
    ("CreateServiceRequest", "schedulingStrategy"): "REPLICA",
    ("CreateServiceRequest", "propagateTags"): "NONE",
    ("CreateServiceRequest", "enableECSManagedTags"): False,
    ("CreateServiceRequest", "enableExecuteCommand"): False,
    ("CreateServiceRequest", "healthCheckGracePeriodSeconds"): 0,
    ("CreateServiceRequest", "platformVersion"): "LATEST",
    ("DeploymentController", "type"): "ECS",
    # API reference, AwsVpcConfiguration: "When you use create-service or update-service, the
    # default is DISABLED".
    ("AwsVpcConfiguration", "assignPublicIp"): "DISABLED",
    # API reference, CapacityProviderStrategyItem: "the default value of 0 is used".
    ("CapacityProviderStrategyItem", "weight"): 0,
    ("CapacityProviderStrategyItem", "base"): 0,
    # API reference, DeploymentConfiguration and its parts. DescribeServices shows all of the
    # first eight for a service that set none of them (seen in go-to-k/cdk-real-drift#1740).
    ("DeploymentConfiguration", "strategy"): "ROLLING",
    ("DeploymentConfiguration", "bakeTimeInMinutes"): 0,
    ("DeploymentCircuitBreaker", "enable"): False,
    ("DeploymentCircuitBreaker", "rollback"): False,
    ("DeploymentCircuitBreaker", "resetOnHealthyTask"): True,
    ("ThresholdConfiguration", "type"): "BOUNDED_PERCENT",
    ("ThresholdConfiguration", "value"): 50,
    ("DeploymentAlarms", "enable"): False,
    ("DeploymentAlarms", "rollback"): False,
    ("DeploymentLifecycleHook", "targetType"): "AWS_LAMBDA",
    ("DeploymentLifecycleHookTimeoutConfiguration", "timeoutInMinutes"): USUAL_MINUTES,
    ("DeploymentLifecycleHookTimeoutConfiguration", "action"): "ROLLBACK",
    ("LinearConfiguration", "stepPercent"): 10.0,
    ("LinearConfiguration", "stepBakeTimeInMinutes"): 6,
    ("CanaryConfiguration", "canaryPercent"): 5.0,
    ("CanaryConfiguration", "canaryBakeTimeInMinutes"): 10,
    ("DeploymentEarlySuccessCriteria", "enable"): False,
    # API reference, ServiceConnectConfiguration: "Specifies whether to use Service Connect with
    # this service"; its parts state their defaults.
    ("ServiceConnectConfiguration", "enabled"): False,
    ("ServiceConnectAccessLogConfiguration", "includeQueryParameters"): "DISABLED",
    ("ServiceConnectContainerConfiguration", "logLevel"): "info",
    # API reference, ServiceManagedEBSVolumeConfiguration: "the xfs filesystem type is used by
    # default"; EBSTagSpecification: "If no value is specified, the tags aren't propagated".
    ("ServiceManagedEBSVolumeConfiguration", "filesystemType"): "xfs",
    ("EBSTagSpecification", "propagateTags"): "NONE",
}

_SERVICE_LINKED_ROLE = ":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"


def _percent(key: str) -> Callable[[Shape, Shape], Any]:
    """API reference, DeploymentConfiguration; a DAEMON's maximum was seen (#1740, as above)."""
    return lambda _owner, top: percents.default(top, key)


def _host_port(owner: Shape, top: Shape) -> Any:
    """API reference, PortMapping: the container port in awsvpc and host mode, otherwise any."""
    if top.get("networkMode") in {"awsvpc", "host"}:
        return owner.get("containerPort")
    return 0


def _discovery_name(owner: Shape, _top: Shape) -> Any:
    """API reference, ServiceConnectService: the port mapping's name."""
    return owner.get("portName")


def _role(owner: Shape, _top: Shape) -> Any:
    """API reference, CreateService: ECS's service-linked role is used where one exists."""
    role = owner.get("role") or ""
    return role if role.endswith(_SERVICE_LINKED_ROLE) else None


_DERIVED: Mapping[tuple[str, str], Callable[[Shape, Shape], Any]] = MappingProxyType(
    {
        ("CreateServiceRequest", "role"): _role,
        ("DeploymentConfiguration", "maximumPercent"): _percent("maximumPercent"),
        ("DeploymentConfiguration", "minimumHealthyPercent"): _percent("minimumHealthyPercent"),
        ("PortMapping", "hostPort"): _host_port,
        ("ServiceConnectService", "discoveryName"): _discovery_name,
    }
)

_PLACED_BY = ("launchType", "capacityProviderStrategy")


def left_to_aws(service: Shape) -> tuple[str, ...]:
    """Return the service members that ECS sets by what it finds, if a file doesn't set them.

    Args:
        service: create-service's input, as in a file.
    """
    left: list[str] = []
    if not service.get("availabilityZoneRebalancing"):
        # API reference, CreateService: ENABLED where it can be; services that are older than
        # the feature have DISABLED.
        left.append("availabilityZoneRebalancing")
    if not any(service.get(key) for key in _PLACED_BY):
        # API reference, CreateService: "If no capacityProviderStrategy or launchType is
        # specified, the defaultCapacityProviderStrategy for the cluster is used"; without
        # one it is EC2.
        left += _PLACED_BY
    return tuple(left)


def default_of(shape: str, member: str, owner: Shape, top: Shape) -> Any:
    """Return what ECS fills in for a member; None if ECS leaves it open.

    Args:
        shape: AWS's name of the structure, such as `PortMapping`.
        owner: The structure that the member belongs to.
        top: The whole request.
    """
    derived = _DERIVED.get((shape, member))
    if derived is not None:
        return derived(owner, top)
    return _FIXED.get((shape, member))
