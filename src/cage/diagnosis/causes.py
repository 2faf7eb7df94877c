"""Causes of task failures: ECS's text, a name for programs, and how to fix it.

One row per cause, in any order: the most specific words decide (`cage.diagnosis.cause`).
Sources, by their titles. ECS developer guide: [stopped] "Amazon ECS stopped tasks error
messages", [pull] "CannotPullContainer task errors in Amazon ECS", [start] "Troubleshooting Amazon
ECS TaskFailedToStart errors", [api] "Amazon ECS API error messages", [events] "Viewing Amazon ECS
service event messages". AWS re:Post knowledge center: [secrets] "ResourceInitializationError:
unable to pull secrets or registry auth", [capacity] "Capacity is unavailable at this time". Each
text that was seen is a row of `tests/diagnosis/texts.tsv`, with its address.
"""

from __future__ import annotations

from cage.diagnosis.cause import Cause, Level, Words, most_specific

_PULL = r"CannotPull\w*"
_INIT = r"ResourceInitializationError"
_EFS = r"EFS (utils|volume)|mount\.nfs"
_LOG = r"logging driver|logger args|log stream|log group"
_VALUE = r"from (asm|ssm)|secrets? manager|parameter store|secretsmanager|\bssm\b|\bkms\b"
_DENIED = r"access ?denied|not authorized|unauthorized|forbidden|not allowed|\b40[13]\b"
_NO_ANSWER = (
    r"i/o timeout|deadline exceeded|request canceled|context canceled|dial tcp|TLS handshake"
    r"|no route to host|no such host|connection (reset|refused|issue|timed out)"
    r"|send request failed|Client\.Timeout|any registry endpoint|check your network configuration"
)

CAUSES: tuple[Cause, ...] = (
    Cause(
        "WrongArchitecture",
        (Words(r"exec format error|descriptor (matching|for) platform|no matching manifest"),),
        transient=False,
        remedy="Build the image for the task definition's runtimePlatform, or change "
        "runtimePlatform to what the image is built for.",
    ),
    Cause(
        "ImageNotSupported",
        (Words(r"unsupported media type|Dockerfile contains VOLUME"),),
        transient=False,
        remedy="Build the image in a form that the platform supports: the reason names what it "
        "doesn't support.",
    ),
    Cause(
        "PullThrottled",
        (Words(r"toomanyrequests.*|too many requests.*|pull rate limit.*|\b429\b.*"),),
        transient=True,
        remedy="Log in to the registry (repositoryCredentials), or copy the image to ECR.",
    ),
    Cause(
        "PullDenied",
        (
            Words(rf"{_DENIED}|no basic auth|pull access denied", within=_PULL),
            Words(_DENIED, within=r"ecr registry auth|registry auth from Amazon ECR|ecr:\w+"),
        ),
        transient=False,
        remedy="Allow the execution role to pull (ecr:GetAuthorizationToken, ecr:BatchGetImage, "
        "ecr:GetDownloadUrlForLayer); give another registry's repositoryCredentials; check the "
        "image's name.",
    ),
    Cause(
        "ImageNotFound",
        (
            Words(
                r"not found|manifest unknown|does not exist(?! or may)|invalid reference",
                within=_PULL,
            ),
            Words(r"no such image"),
            Words(r"check whether the image exists.*", within=_PULL),
        ),
        transient=False,
        remedy="Push the image, or check its repository, tag and Region in the task definition.",
    ),
    Cause(
        "RegistryUnreachable",
        (Words(_NO_ANSWER, within=_PULL),),
        transient=True,
        remedy="Give the subnets a route to the registry: a NAT gateway, a public address, or "
        "VPC endpoints for ECR and S3.",
    ),
    Cause(
        "NoDiskSpace",
        (Words(r"no space left on device"),),
        transient=False,
        remedy="Give the task more ephemeral storage, or free the instance's disk.",
    ),
    Cause(
        "ImageNotPulled",
        (Words(_PULL, Level.STEP),),
        transient=False,
        remedy="Check the image's name, tag and repository, and that the execution role and the "
        "network reach the registry.",
    ),
    Cause(
        "LogGroupNotFound",
        (
            Words(r"(does )?not exist|ResourceNotFound\w*", within=_LOG),
            Words(r"cannot find the Amazon CloudWatch log group", but=_NO_ANSWER),
        ),
        transient=False,
        remedy="Create the log group, or set awslogs-create-group and allow logs:CreateLogGroup.",
    ),
    Cause(
        "LogDriverFailed",
        (
            Words(_LOG, Level.RESULT),
            Words(rf"{_DENIED}|failed to load credentials|MissingEndpoint", within=_LOG),
        ),
        transient=False,
        remedy="Allow the execution role to write the log (logs:CreateLogStream, "
        "logs:PutLogEvents), let the subnets reach CloudWatch Logs, and check awslogs-region.",
    ),
    Cause(
        "SecretDenied",
        (Words(_DENIED, within=_VALUE, but=rf"{_PULL}|{_LOG}|env files|ecr registry auth"),),
        transient=False,
        remedy="Allow the execution role to read the secret (secretsmanager:GetSecretValue or "
        "ssm:GetParameters) and decrypt its key (kms:Decrypt).",
    ),
    Cause(
        "SecretNotFound",
        (
            Words(
                r"not ?found|can't find|invalid (ssm )?param\w*|InvalidParameter|did not contain"
                r"|validation (error|exception)\w*|ValidationException",
                within=_VALUE,
                but=rf"{_PULL}|{_LOG}|env files",
            ),
        ),
        transient=False,
        remedy="Check the secret's ARN, its JSON key and its Region in the task definition.",
    ),
    Cause(
        "EnvironmentFileNotRead",
        (
            Words(r"env(ironment)? files?", Level.RESULT, within=_INIT),
            Words(rf"{_DENIED}|NoSuch\w+|not ?found", within=r"env files"),
        ),
        transient=False,
        remedy="Check the S3 ARN in environmentFiles, and allow the execution role s3:GetObject "
        "and s3:GetBucketLocation.",
    ),
    Cause(
        "AwsUnreachable",
        (Words(_NO_ANSWER, within=_INIT, but=rf"{_PULL}|{_EFS}"),),
        transient=True,
        remedy="Give the subnets a route to ECR, S3, Secrets Manager, SSM and CloudWatch Logs: a "
        "NAT gateway, a public address, or VPC endpoints.",
    ),
    Cause(
        "VolumeNotFound",
        (Words(r"failed to resolve.*|file system ID is correct", within=_EFS),),
        transient=False,
        remedy="Check the file system's ID, create a mount target in each zone of the service's "
        "subnets, and turn on DNS in the VPC.",
    ),
    Cause(
        "VolumeUnreachable",
        (Words(rf"{_NO_ANSWER}|timed out", within=_EFS, but=r"failed to resolve"),),
        transient=False,
        remedy="Allow port 2049 from the task's security group to that of the mount target.",
    ),
    Cause(
        "VolumeDenied",
        (Words(r"access denied by server|operation not permitted", within=_EFS),),
        transient=False,
        remedy="Allow the task role elasticfilesystem:ClientMount and ClientWrite, in the file "
        "system's policy too, and turn on iam and transitEncryption in authorizationConfig.",
    ),
    Cause(
        "VolumePathNotFound",
        (Words(r"reason given by server: no such file or direct\w*|rootDirectory", within=_EFS),),
        transient=False,
        remedy="Create the directory on the file system, or name an access point that creates it.",
    ),
    Cause(
        "VolumeNotMounted",
        (
            Words(
                r"failed to invoke EFS utils|failed to mount|CannotCreateVolume\w*"
                r"|ConnotCreateVolume\w*|AttachmentInitializationError|unable to mirror",
                Level.RESULT,
            ),
            Words(r"rootfs_linux|mounting .{1,300} (to rootfs|caused)", within=r"Cannot(Start|Cr)"),
            Words(r"local volume name|mounting volume failed|invalid (mount|volume)"),
        ),
        transient=False,
        remedy="Check the volume's id and path, its security group (port 2049 for EFS) and the "
        "roles that may use it.",
    ),
    Cause(
        "ResourceNotInitialized",
        (Words(_INIT, Level.STEP),),
        transient=False,
        remedy="Check the secrets' ARNs, the execution role, and the route from the subnets to "
        "the services that ECS calls.",
    ),
    Cause(
        "RoleNotAssumed",
        (Words(r"unable to assume (the )?role|AssumeRole", but=r"service.linked role"),),
        transient=False,
        remedy="Allow ecs-tasks.amazonaws.com to assume the task's roles, and check their names.",
    ),
    Cause(
        "ServiceLinkedRoleNotFound",
        (Words(r"unable to assume the service.linked role"),),
        transient=False,
        remedy="Create it: aws iam create-service-linked-role for ecs.amazonaws.com. Then retry.",
    ),
    Cause(
        "OutOfMemory",
        (Words(r"OutOfMemory\w*|OOM-?killed"),),
        transient=False,
        remedy="Give the container more memory.",
    ),
    Cause(
        "CommandNotFound",
        (
            Words(r"executable file not found.*|exec: .*no such file or direct.*"),
            Words(r"no such file or direct\w*", Level.RESULT, within=r"Cannot(Start|Cr)"),
            Words(r"exited with 127\b", Level.RESULT),
        ),
        transient=False,
        remedy="Check entryPoint, command and the image: the program isn't in it, or a volume "
        "covers it.",
    ),
    Cause(
        "CommandNotExecutable",
        (
            Words(r"permission denied", within=r"Cannot(Start|Create)", but=r"rootfs|mounting"),
            Words(r"exited with 126\b", Level.RESULT),
        ),
        transient=False,
        remedy="Make the program in the image executable for the container's user.",
    ),
    Cause(
        "UserNotFound",
        (Words(r"unable to find (user|group).*|etc/passwd: no such file.*"),),
        transient=False,
        remedy="Create the user in the image, or correct user in the task definition.",
    ),
    Cause(
        "RuntimeTimedOut",
        (
            Words(r"(DockerTimeout|ContainerRuntimeTimeout)Error", Level.RESULT),
            Words(r"could not tran\w+ to \w+; timed out"),
        ),
        transient=True,
        remedy="Try again; on EC2 check the instance's load and disk.",
    ),
    Cause(
        "ContainerNotStarted",
        (Words(r"Cannot(Start|Create|Inspect)Container", Level.STEP),),
        transient=False,
        remedy="Fix what the container's reason says.",
    ),
    Cause(
        "NoNetworkInterface",
        (
            Words(
                r"RESOURCE:ENI|timeout waiting for network interface|InsufficientFreeAddresses\w*"
                r"|insufficient free addresses|unused device index|failed to configure ENI"
            ),
            Words(r"network interface", Level.RESULT),
        ),
        transient=True,
        remedy="Check the subnets' free addresses and the limit of network interfaces.",
    ),
    Cause(
        "PortTaken",
        (
            Words(
                r"RESOURCE:PORTS|already using a port|port is already allocated"
                r"|address already in use|Bind for \d+(\.\d+){3}:\d+"
            ),
        ),
        transient=False,
        remedy="The host port is in use there. Specify another instance, or use hostPort 0.",
    ),
    Cause(
        "NoRoom",
        (
            Words(r"RESOURCE:(CPU|MEMORY|GPU)|insufficient (memory|CPU( units)?) available"),
            Words(r"RESOURCE:\w+", Level.RESULT),
        ),
        transient=True,
        remedy="Add capacity, or lower the task's cpu and memory.",
    ),
    Cause(
        "NoCapacity",
        (Words(r"Capacity is unavailable"),),
        transient=True,
        remedy="Try again later, or add subnets in other Availability Zones.",
    ),
    Cause(
        "QuotaReached",
        (Words(r"reached the limit on the number of|configuration is above your limit"),),
        transient=False,
        remedy="Request a higher quota in Service Quotas, or stop tasks that aren't needed.",
    ),
    Cause(
        "ZoneNotSupported",
        (Words(r"unable to place a task\. Reason: Internal error"),),
        transient=False,
        remedy="Use subnets in Availability Zones that Fargate supports.",
    ),
    Cause(
        "TooManyWaiting",
        (Words(r"provisioning capacity limit exceeded"),),
        transient=True,
        remedy="Too many tasks of the cluster wait for instances: find out why none join.",
    ),
    Cause(
        "NoInstance",
        (
            Words(
                r"EMPTY CAPACITY PROVIDER|NO ACTIVE INSTANCES|^AGENT\b|TaskFailedToStart: AGENT"
                r"|error \"AGENT\"|have the agent connected|No Container Instances were found"
            ),
        ),
        transient=True,
        remedy="No instance with a connected agent has room. Check the cluster's instances.",
    ),
    Cause(
        "InstanceGone",
        (Words(r"^(MISSING|INACTIVE)\b"),),
        transient=False,
        remedy="The container instance was removed or is in another cluster: specify another one.",
    ),
    Cause(
        "NoMatchingInstance",
        (
            Words(
                r"^(ATTRIBUTE|LOCATION)\b|TaskFailedToStart: (ATTRIBUTE|LOCATION)"
                r"|missing an attribute required|not compatible with the selected compute strategy"
            ),
        ),
        transient=False,
        remedy="No instance meets the task's requirements. Check its attributes and constraints.",
    ),
    Cause(
        "SpotInterrupted",
        (Words(r"SpotInterruption|Spot Task was interrupted|Spot interruption"),),
        transient=True,
        remedy="Run it again, or on capacity that isn't interrupted.",
    ),
    Cause(
        "HostLost",
        (Words(r"TerminationNotice|InfrastructureHealth|Host EC2|during instance draining"),),
        transient=True,
        remedy="Run it again. The host was removed.",
    ),
    Cause(
        "ContainerUnhealthy",
        (Words(r"failed container health checks"),),
        transient=False,
        remedy="Run the health check's command in the image; raise startPeriod if it starts "
        "slowly.",
    ),
    Cause(
        "TargetUnhealthy",
        (Words(r"failed ELB health checks|is unhealthy in \(?(target-group|elb)"),),
        transient=False,
        remedy="Check the health check's path and port, and the task's security group; raise "
        "healthCheckGracePeriodSeconds if it starts slowly.",
    ),
    Cause(
        "StoppedByHand",
        (Words(r"stopped by user|UserInitiated", Level.RESULT),),
        transient=False,
        remedy="Find out who stopped it: AWS CloudTrail records StopTask. Then run this again.",
    ),
    Cause(
        "Maintenance",
        (Words(r"performing maintenance on the underlying infrastructure"),),
        transient=True,
        remedy="Run this again. AWS removes the host; the revision is not at fault.",
    ),
    Cause(
        "ContainerExited",
        (Words(r"Essential container", Level.STEP),),
        transient=False,
        remedy="Check its last log lines. If there are none, run its command manually in the "
        "image, with the task's environment.",
    ),
)

UNKNOWN = Cause("TaskStopped", (), transient=False, remedy="")


def cause_in(text: str) -> Cause:
    """Return the cause that ECS's text names most specifically; `UNKNOWN` if it names none."""
    return most_specific(text, CAUSES) or UNKNOWN
