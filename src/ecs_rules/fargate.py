"""Settings that AWS Fargate accepts or refuses.

Source: ECS developer guide, "Task definition differences for Fargate" and "Task size".
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import (
    SERVICE,
    TASK,
    Shape,
    Spot,
    containers,
    fargate_spot,
    items,
    network_mode,
)
from ecs_rules.size import cpu_units, memory_mib
from ecs_rules.values import listed, show

_GIB = 1024
MEMORY_BY_CPU = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
    32768: (60 * _GIB, 120 * _GIB, 244 * _GIB),
}
RETIRED = {
    "1.0.0": "in 2020",
    "1.1.0": "in 2020",
    "1.2.0": "in 2020",
    "1.3.0": "in 2026",
}
"""Platform versions of Linux on which no new task starts, and since when. The guide's copies
differ about the day: March 16 and June 15, 2026."""

_CURRENT = {False: ("LATEST", "1.4.0"), True: ("LATEST", "1.0.0")}
"""Platform versions on which tasks start: those of Linux, and those of Windows."""

WINDOWS_CPU = (1024, 2048, 4096)
"""Source: API reference, RegisterTaskDefinition, cpu ("cannot be less than 1 vCPU when you use
Windows containers"; 8 vCPU and more need Linux platforms), and the guide's table of task sizes."""
_LEAST_STORAGE_GIB, _MOST_STORAGE_GIB = 21, 200
_MOST_STOP_S = 120


@rule("CreateService", "RunTask", "UpdateService")
def retired_platform(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A retired platform version starts no task. Windows has versions of its own.

    Source: ECS developer guide, "AWS Fargate Linux platform version deprecation". ECS's text is
    *unknown*.
    """
    version = service.get("platformVersion")
    if version not in RETIRED or windows(task_definition):
        return
    yield breach(
        SERVICE.at("platformVersion"),
        f"the platform version {version} was retired {RETIRED[version]}",
        "Use LATEST or 1.4.0",
        TASK.at("runtimePlatform"),
        text=f"The platform version {version} is retired.",
        code="PlatformUnknownException",
    )


@rule("CreateService", "RunTask", "UpdateService")
def unknown_platform(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A platform version must exist; letters count.

    Source: ECS developer guide, "Fargate platform versions for Amazon ECS"; API reference,
    CreateService, PlatformUnknownException.
    """
    version = service.get("platformVersion")
    on_windows = windows(task_definition) is not None
    known = _CURRENT[on_windows] if task_definition else sum(_CURRENT.values(), ())
    if not version or version in known or (version in RETIRED and not on_windows):
        return
    yield breach(
        SERVICE.at("platformVersion"),
        f"Fargate has no platform version {show(version)}",
        f"Use {' or '.join(dict.fromkeys(known))}",
        TASK.at("runtimePlatform"),
        text="The specified platform version does not exist.",
        code="PlatformUnknownException",
    )


@rule()
def size(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """A task on Fargate must specify its cpu and memory, in a pair that Fargate supports."""
    why = fargate_spot(service, task_definition)
    if why is None or not task_definition:
        return
    cpu, memory = task_definition.get("cpu"), task_definition.get("memory")
    for key, value in (("cpu", cpu), ("memory", memory)):
        if value is None:
            message = f"{key} of the task is missing, and Fargate needs it"
            yield breach(TASK.at(key), message, 'Set it, such as "256" and "512"', why)
    units, mib = cpu_units(cpu or ""), memory_mib(memory or "")
    if units is None or mib is None:
        return
    choices = MEMORY_BY_CPU.get(units)
    if choices and units not in WINDOWS_CPU and (system := windows(task_definition)):
        known = listed(str(one) for one in WINDOWS_CPU)
        message = f"Fargate has no cpu of {show(cpu)} for Windows"
        yield breach(TASK.at("cpu"), message, f"Use {known}", why, system)
    elif choices is None:
        known = listed(str(known) for known in MEMORY_BY_CPU)
        yield breach(TASK.at("cpu"), f"Fargate has no cpu of {show(cpu)}", f"Use {known}", why)
    elif mib not in choices:
        yield breach(
            TASK.at("memory"),
            f"Fargate has no memory of {show(memory)} with a cpu of {show(cpu)}",
            _memory_remedy(choices),
            TASK.at("cpu"),
            why,
        )


def windows(task_definition: Shape) -> Spot | None:
    """Return the value that makes the task run on Windows, or None."""
    family = str(task_definition.get("runtimePlatform", {}).get("operatingSystemFamily", ""))
    spot = TASK.at("runtimePlatform", "operatingSystemFamily")
    return spot if family.startswith("WINDOWS") else None


def _memory_remedy(choices: tuple[int, ...]) -> str:
    if len(choices) <= 3:  # noqa: PLR2004 - as many as are readable in a row
        return f"Use {listed(str(choice) for choice in choices)}"
    return f"Use {choices[0]} to {choices[-1]} in steps of {choices[1] - choices[0]}"


@rule()
def unsupported(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Fargate gives no access to the host."""
    why = fargate_spot(service, task_definition)
    if why is None or not task_definition:
        return
    if network_mode(task_definition) != "awsvpc":
        message = f"Fargate needs the network mode awsvpc, not {network_mode(task_definition)}"
        yield breach(TASK.at("networkMode"), message, 'Set "networkMode": "awsvpc"', why)
    for key in ("ipcMode", "placementConstraints", "inferenceAccelerators"):
        if task_definition.get(key):
            yield breach(TASK.at(key), f"Fargate doesn't accept {key}", "Remove it", why)
    if task_definition.get("pidMode") == "host":
        yield breach(
            TASK.at("pidMode"), "Fargate doesn't share the host's processes", 'Use "task"', why
        )
    storage = task_definition.get("ephemeralStorage", {}).get("sizeInGiB")
    if storage is not None and not _LEAST_STORAGE_GIB <= storage <= _MOST_STORAGE_GIB:
        message = f"Fargate has no ephemeral storage of {show(storage)} GiB"
        spot = TASK.at("ephemeralStorage", "sizeInGiB")
        yield breach(spot, message, f"Use {_LEAST_STORAGE_GIB} to {_MOST_STORAGE_GIB}", why)
    for spot, container in containers(task_definition):
        yield from _of_container(container, spot, why)
    for spot, volume in items(task_definition, "volumes", TASK):
        yield from _of_volume(volume, spot, why)


def _of_volume(volume: Shape, spot: Spot, why: Spot) -> Iterator[Breach]:
    if volume.get("host", {}).get("sourcePath"):
        at = spot.at("host", "sourcePath")
        yield breach(
            at, "Fargate doesn't mount paths of its host", "Use EFS, or no sourcePath", why
        )
    if "dockerVolumeConfiguration" in volume:
        at = spot.at("dockerVolumeConfiguration")
        yield breach(at, "Fargate doesn't accept Docker volumes", "Use EFS", why)
    if "fsxWindowsFileServerVolumeConfiguration" in volume:
        at = spot.at("fsxWindowsFileServerVolumeConfiguration")
        yield breach(at, "Fargate doesn't mount volumes of FSx", "Use EFS", why)


def _of_container(container: Shape, spot: Spot, why: Spot) -> Iterator[Breach]:
    if container.get("privileged"):
        message = "Fargate doesn't run privileged containers"
        yield breach(spot.at("privileged"), message, "Remove it", why)
    if container.get("dockerSecurityOptions"):
        at = spot.at("dockerSecurityOptions")
        yield breach(at, "Fargate doesn't accept dockerSecurityOptions", "Remove it", why)
    for at, requirement in items(container, "resourceRequirements", spot):
        if requirement.get("type") == "GPU":
            yield breach(at.at("type"), "Fargate has no GPUs", "Use EC2", why)
    if container.get("linuxParameters", {}).get("devices"):
        at = spot.at("linuxParameters", "devices")
        yield breach(at, "Fargate doesn't expose devices of its host", "Remove them", why)
    stop_s = container.get("stopTimeout")
    if stop_s is not None and stop_s > _MOST_STOP_S:
        message = f"Fargate waits at most {_MOST_STOP_S} s, not {show(stop_s)}"
        yield breach(spot.at("stopTimeout"), message, "Ask for less", why)
