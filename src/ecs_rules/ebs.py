"""Volumes of Amazon EBS that ECS creates for each task.

Source: API reference, ServiceManagedEBSVolumeConfiguration; developer guide, "Use Amazon EBS
volumes with Amazon ECS", considerations. ECS's texts are *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecs_rules.breach import Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape, Spot, fargate_spot, items
from ecs_rules.values import listed, show

_SIZES = {
    "gp2": (1, 16384),
    "gp3": (1, 65536),
    "io1": (4, 16384),
    "io2": (4, 65536),
    "st1": (125, 16384),
    "sc1": (125, 16384),
    "standard": (1, 1024),
}
"""The smallest and largest volume in GiB. ECS's reference says 16,384 for all that EBS raised to
65,536 in 2023 and 2025; CreateVolume, to which ECS passes it, decides."""

_IOPS = {"gp3": (3000, 80000), "io1": (100, 64000), "io2": (100, 256000)}
"""The lowest and highest number of operations a second; that of gp3 was 16,000 until 2025."""

_PROVISIONED = ("io1", "io2")
_NO_IOPS = ("st1", "sc1", "standard")
_USUAL = "gp3"
_SCHEDULING = SERVICE.at("schedulingStrategy")


def _volumes(service: Shape) -> Iterator[tuple[Spot, Shape]]:
    for spot, one in items(service, "volumeConfigurations", SERVICE):
        if one.get("managedEBSVolume"):
            yield spot.at("managedEBSVolume"), one["managedEBSVolume"]


@rule("CreateService", "UpdateService")
def sources(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A volume has a size or a snapshot, and a DAEMON service has no volumes."""
    for spot, volume in _volumes(service):
        if volume.get("sizeInGiB") is None and not volume.get("snapshotId"):
            text = "Either sizeInGiB or snapshotId must be specified for an EBS volume."
            message = "sizeInGiB is missing, and so is snapshotId"
            spots = spot.at("sizeInGiB"), spot.at("snapshotId")
            yield breach(spot, message, "Set one of them", *spots, text=text)
        if volume.get("volumeInitializationRate") and not volume.get("snapshotId"):
            text = "volumeInitializationRate needs a snapshotId."
            where = spot.at("volumeInitializationRate")
            message = "volumeInitializationRate needs a snapshotId"
            yield breach(where, message, "Remove it", spot.at("snapshotId"), text=text)
        if service.get("schedulingStrategy") == "DAEMON":
            text = "EBS volumes are not supported for services with the DAEMON strategy."
            message = "a DAEMON service doesn't accept EBS volumes"
            yield breach(spot, message, "Use REPLICA, or remove it", _SCHEDULING, text=text)


@rule("CreateService", "UpdateService")
def types(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Each type of volume has its sizes, its speeds, and what it doesn't accept."""
    for spot, volume in _volumes(service):
        kind = volume.get("volumeType") or _USUAL
        if kind not in _SIZES:
            message, text = f"EBS has no volume type {show(kind)}", "Invalid volumeType."
            fix = f"Use one of {listed(_SIZES)}"
            yield breach(spot.at("volumeType"), message, fix, text=text)
            continue
        why = spot.at("volumeType")
        if kind == "standard" and (fargate := fargate_spot(service, {})):
            text = "The volume type standard is not supported on Fargate."
            yield breach(why, "Fargate has no magnetic volumes", "Use gp3", fargate, text=text)
        yield from _in_range(volume, "sizeInGiB", _SIZES, kind, spot)
        yield from _in_range(volume, "iops", _IOPS, kind, spot)
        if kind in _PROVISIONED and volume.get("iops") is None:
            text = f"iops is required for the volume type {kind}."
            message = f"the volume type {kind} needs iops"
            yield breach(spot.at("iops"), message, "Set it", why, text=text)
        unused = [key for key in ("iops",) if kind in _NO_IOPS and volume.get(key)]
        unused += ["throughput"] if kind != "gp3" and volume.get("throughput") else []
        for key in unused:
            text = f"{key} is not supported for the volume type {kind}."
            message = f"the volume type {kind} doesn't accept {key}"
            yield breach(spot.at(key), message, "Remove it", why, text=text)


def _in_range(
    volume: Shape, key: str, ranges: dict[str, tuple[int, int]], kind: str, spot: Spot
) -> Iterator[Breach]:
    value, range_ = volume.get(key), ranges.get(kind)
    if value is not None and range_ and not range_[0] <= value <= range_[1]:
        text = f"{key} must be from {range_[0]} to {range_[1]} for the volume type {kind}."
        message = f"{show(value)} is out of range for the volume type {kind}"
        fix = f"Use {range_[0]} to {range_[1]}"
        yield breach(spot.at(key), message, fix, spot.at("volumeType"), text=text)
