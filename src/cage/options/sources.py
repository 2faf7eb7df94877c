"""The places of definition files and their variables."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cage.knobs.kinds import FilePath, Location, Many, Text
from cage.knobs.knob import setting

if TYPE_CHECKING:
    from pathlib import Path

_FILES = "Files"


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """The places of definition files and their variables."""

    service_file: Path | None = setting(
        "--service-file",
        FilePath(),
        "The service's file.",
        usual="service.json",
        variables=(),
        default=None,
        heading=_FILES,
    )
    task_definition_file: Path | None = setting(
        "--task-definition-file",
        FilePath(),
        "The task definition's file.",
        usual="task-definition.json",
        variables=(),
        default=None,
        heading=_FILES,
    )
    env_files: tuple[Path, ...] = setting(
        "--env-file",
        Many(FilePath()),
        "File of NAME=value lines with variables for definition files; later files win.",
        name="env_files",
        key="",
        variables=(),
        default=(),
        heading=_FILES,
    )
    variables: tuple[str, ...] = setting(
        "--set",
        Many(Text("NAME=VALUE")),
        "A variable for definition files; overrides the environment.",
        name="set_variables",
        key="",
        variables=(),
        default=(),
        resumes=False,  # it can be a secret
        heading=_FILES,
    )
    tfstate: str | None = setting(
        "--tfstate",
        Location(),
        "Terraform state for ${tfstate:…}: a file, s3://bucket/key or an HTTP address.",
        default=None,
        heading=_FILES,
    )
