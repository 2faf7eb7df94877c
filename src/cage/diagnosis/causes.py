"""Causes of task failures: ECS's text, a name for programs, and how to fix it.

One row per cause; the first matching pattern wins, so narrow patterns come first.
Sources, by their titles. ECS developer guide: [stopped] "Amazon ECS stopped tasks error
messages", [pull] "CannotPullContainer task errors in Amazon ECS", [api] "Amazon ECS API
error messages", [events] "Viewing Amazon ECS service event messages". AWS re:Post knowledge
center: [secrets] "ResourceInitializationError: unable to pull secrets or registry auth",
[limit] "You have reached your pull rate limit", [capacity] "Capacity is unavailable at this
time". Issues of aws/amazon-ecs-agent: [agent] 594, 658, 2954.
"""

from __future__ import annotations

import dataclasses
import re


@dataclasses.dataclass(frozen=True, slots=True)
class Cause:
    """A cause of task failures.

    Attributes:
        name: One CamelCase word for programs.
        pattern: Matched, ignoring case, against what ECS reports about an affected task.
        transient: Whether another start might succeed although no one fixes anything.
        remedy: The usual fix.
    """

    name: str
    pattern: str
    transient: bool
    remedy: str

    def fits(self, text: str) -> bool:
        """Return whether ECS's text matches this cause."""
        return re.search(self.pattern, text, re.IGNORECASE | re.DOTALL) is not None


_PULL = r"CannotPull\w*"
_INIT = r"ResourceInitializationError"
_VALUE = r"(secret|ssm|asm|parameter)"
_NO_ANSWER = (
    r"(i/o timeout|deadline exceeded|request canceled|dial tcp|TLS handshake|no route to host"
    r"|connection (reset|refused|issue)|send request failed|Client\.Timeout)"
)

CAUSES: tuple[Cause, ...] = (
    Cause(  # [pull] "image Manifest does not contain descriptor matching platform"; [agent]
        "WrongArchitecture",
        r"exec format error|descriptor matching platform|no matching manifest",
        transient=False,
        remedy="Build the image for the task definition's runtimePlatform, or change "
        "runtimePlatform to what the image is built for.",
    ),
    Cause(  # [limit]
        "PullThrottled",
        r"toomanyrequests|too many requests|pull rate limit",
        transient=True,
        remedy="Log in to the registry (repositoryCredentials), or copy the image to ECR.",
    ),
    Cause(  # [pull] "unauthorized", "denied: ... is not authorized to perform: ecr:..."
        "PullDenied",
        _PULL + r".*(denied|unauthorized|not authorized|no basic auth|\b40[13]\b)",
        transient=False,
        remedy="Allow the execution role to pull (ecr:GetAuthorizationToken, ecr:BatchGetImage, "
        "ecr:GetDownloadUrlForLayer) and check the image's name.",
    ),
    Cause(  # [pull] "Error response from daemon: manifest unknown", "not found"
        "ImageNotFound",
        _PULL + r".*(not found|manifest unknown|does not exist|no such image|invalid reference)",
        transient=False,
        remedy="Push the image, or check its repository, tag and Region in the task definition.",
    ),
    Cause(  # [pull] "i/o timeout", "request canceled while waiting for connection"
        "RegistryUnreachable",
        _PULL + ".*" + _NO_ANSWER,
        transient=True,
        remedy="Give the subnets a route to the registry: a NAT gateway, a public address, or "
        "VPC endpoints for ECR and S3.",
    ),
    Cause(  # [pull] "write /var/lib/docker/tmp/...: no space left on device"
        "NoDiskSpace",
        r"no space left on device",
        transient=False,
        remedy="Give the task more ephemeral storage, or free the instance's disk.",
    ),
    Cause(  # [pull]
        "ImageNotPulled",
        _PULL,
        transient=False,
        remedy="Check the image's name, tag and repository, and that the execution role and the "
        "network reach the registry.",
    ),
    Cause(  # [stopped] "failed to initialize logging driver"; ecs-cli issues with the same text
        "LogGroupNotFound",
        r"(logging driver|logger|log stream|log group).*(not exist|ResourceNotFound)",
        transient=False,
        remedy="Create the log group, or set awslogs-create-group and allow logs:CreateLogGroup.",
    ),
    Cause(  # [stopped] "failed to validate logger args"
        "LogDriverFailed",
        r"logging driver|logger args|log stream",
        transient=False,
        remedy="Allow the execution role to write the log (logs:CreateLogStream, "
        "logs:PutLogEvents), and the subnets to reach CloudWatch Logs.",
    ),
    Cause(  # [secrets] "AccessDeniedException: ... is not authorized to perform"
        "SecretDenied",
        f"{_INIT}.*{_VALUE}.*(denied|not authorized|unauthorized)",
        transient=False,
        remedy="Allow the execution role to read the secret (secretsmanager:GetSecretValue or "
        "ssm:GetParameters) and decrypt its key (kms:Decrypt).",
    ),
    Cause(  # [secrets] "ResourceNotFoundException", "invalid parameters", "did not contain"
        "SecretNotFound",
        f"{_INIT}.*{_VALUE}.*(not ?found|can't find|invalid param|did not contain|validation)",
        transient=False,
        remedy="Check the secret's ARN, its JSON key and its Region in the task definition.",
    ),
    Cause(  # [secrets] "RequestError: send request failed ... i/o timeout"
        "AwsUnreachable",
        _INIT + ".*" + _NO_ANSWER,
        transient=True,
        remedy="Give the subnets a route to ECR, Secrets Manager, SSM and CloudWatch Logs: a NAT "
        "gateway, a public address, or VPC endpoints.",
    ),
    Cause(  # [stopped] "failed to invoke EFS utils commands"
        "VolumeNotMounted",
        r"EFS|failed to mount|CannotCreateVolume|AttachmentInitializationError",
        transient=False,
        remedy="Check the volume's id, its security group (port 2049 for EFS) and the task role.",
    ),
    Cause(  # [stopped]
        "ResourceNotInitialized",
        _INIT,
        transient=False,
        remedy="Check the secrets' ARNs, the execution role, and the route from the subnets to "
        "the services that ECS calls.",
    ),
    Cause(  # [events] "ECS was unable to assume the role"
        "RoleNotAssumed",
        r"unable to assume (the )?role|AssumeRole",
        transient=False,
        remedy="Allow ecs-tasks.amazonaws.com to assume the task's roles, and check their names.",
    ),
    Cause(  # [stopped] "OutOfMemoryError: Container killed due to memory usage"
        "OutOfMemory",
        r"OutOfMemory",
        transient=False,
        remedy="Give the container more memory.",
    ),
    Cause(  # [agent] "executable file not found in $PATH", "no such file or directory"
        "CommandNotFound",
        r"executable file not found|no such file or direct|exited with 127\b",
        transient=False,
        remedy="Check entryPoint, command and the image: the program isn't in it.",
    ),
    Cause(  # [agent] "permission denied"
        "CommandNotExecutable",
        r"(CannotStart|CannotCreate)\w*.*permission denied|exited with 126\b",
        transient=False,
        remedy="Make the program in the image executable for the container's user.",
    ),
    Cause(  # [stopped] "Could not transition to running; timed out after waiting"
        "RuntimeTimedOut",
        r"(DockerTimeout|ContainerRuntimeTimeout)Error",
        transient=True,
        remedy="Try again; on EC2 check the instance's load and disk.",
    ),
    Cause(  # [stopped] CannotStartContainerError, CannotCreateContainerError
        "ContainerNotStarted",
        r"Cannot(Start|Create|Inspect)Container",
        transient=False,
        remedy="Fix what the container's reason says.",
    ),
    Cause(  # [api] RESOURCE:ENI; [stopped] "Timeout waiting for network interface provisioning"
        "NoNetworkInterface",
        r"RESOURCE:ENI|network interface|InsufficientFreeAddresses|insufficient free addresses",
        transient=True,
        remedy="Check the subnets' free addresses and the limit of network interfaces.",
    ),
    Cause(  # [api]
        "PortTaken",
        r"RESOURCE:PORTS",
        transient=False,
        remedy="The host port is in use there. Specify another instance, or use hostPort 0.",
    ),
    Cause(  # [api] RESOURCE:CPU, RESOURCE:MEMORY, RESOURCE:GPU
        "NoRoom",
        r"RESOURCE:\w+",
        transient=True,
        remedy="Add capacity, or lower the task's cpu and memory.",
    ),
    Cause(  # [capacity]
        "NoCapacity",
        r"Capacity is unavailable",
        transient=True,
        remedy="Try again later, or add subnets in other Availability Zones.",
    ),
    Cause(  # ClientException of RunTask, as published by its users
        "TooManyWaiting",
        r"provisioning capacity limit exceeded",
        transient=True,
        remedy="Too many tasks of the cluster wait for instances: find out why none join.",
    ),
    Cause(  # [api]
        "NoInstance",
        r"EMPTY CAPACITY PROVIDER|NO ACTIVE INSTANCES|^AGENT\b|TaskFailedToStart: AGENT",
        transient=True,
        remedy="No instance with a connected agent has room. Check the cluster's instances.",
    ),
    Cause(  # [api] StartTask: MISSING, INACTIVE
        "InstanceGone",
        r"^(MISSING|INACTIVE)\b",
        transient=False,
        remedy="The container instance was removed or is in another cluster: specify another one.",
    ),
    Cause(  # [api]
        "NoMatchingInstance",
        r"^(ATTRIBUTE|LOCATION)\b|TaskFailedToStart: (ATTRIBUTE|LOCATION)",
        transient=False,
        remedy="No instance meets the task's requirements. Check its attributes and constraints.",
    ),
    Cause(  # ECS API reference, Task, stopCode SpotInterruption
        "SpotInterrupted",
        r"Spot",
        transient=True,
        remedy="Run it again, or on capacity that isn't interrupted.",
    ),
    Cause(  # ECS API reference, Task, stopCode TerminationNotice and InfrastructureHealth
        "HostLost",
        r"TerminationNotice|InfrastructureHealth|Host EC2",
        transient=True,
        remedy="Run it again. The host was removed.",
    ),
    Cause(  # [stopped] "Task failed container health checks"
        "ContainerUnhealthy",
        r"failed container health checks",
        transient=False,
        remedy="Run the health check's command in the image; raise startPeriod if it starts "
        "slowly.",
    ),
    Cause(  # [stopped] "Task failed ELB health checks"
        "TargetUnhealthy",
        r"failed ELB health checks",
        transient=False,
        remedy="Check the health check's path and port, and the task's security group; raise "
        "healthCheckGracePeriodSeconds if it starts slowly.",
    ),
    Cause(  # [stopped] "Task stopped by user", stop code UserInitiated
        "StoppedByHand",
        r"stopped by user|UserInitiated",
        transient=False,
        remedy="Find out who stopped it: AWS CloudTrail records StopTask. Then run this again.",
    ),
    Cause(  # Developer guide, "Task retirement and maintenance for AWS Fargate on Amazon ECS"
        "Maintenance",
        r"performing maintenance on the underlying infrastructure",
        transient=True,
        remedy="Run this again. AWS removes the host; the revision is not at fault.",
    ),
    Cause(  # [stopped] "Essential container in task exited"
        "ContainerExited",
        r"Essential container",
        transient=False,
        remedy="Check its last log lines. If there are none, run its command manually in the "
        "image, with the task's environment.",
    ),
)

UNKNOWN = Cause("TaskStopped", "", transient=False, remedy="")


def cause_in(text: str) -> Cause:
    """Return the cause that matches ECS's text; `UNKNOWN` if no row does."""
    return next((cause for cause in CAUSES if cause.fits(text)), UNKNOWN)
