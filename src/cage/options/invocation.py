"""One call of a command or of the library: its input, and the request that the input makes."""

from __future__ import annotations

import dataclasses
import functools
import os
import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cage.checks.approve import Approval
from cage.checks.requests import Requested, kinds
from cage.knobs.knob import Knob, knobs_of, made
from cage.model.errors import UsageError
from cage.options.contradictions import contradiction
from cage.options.request import Request, all_knobs, extra_knobs, field_of
from cage.options.resolution import DEFAULT, Setting, resolve, resolve_all

if TYPE_CHECKING:
    from cage.definitions.file_names import FileNames
    from cage.definitions.findings import Finding
    from cage.model.base import Shape
    from cage.options.settings_file import SettingsFile

_IN_CLUSTER = re.compile(r"arn:[^:]+:ecs:[^:]*:[^:]*:service/([^/]+)/[^/]+$")
_ARN = re.compile(r"arn:aws[a-z-]*:(?:ecs|elasticloadbalancing|servicediscovery):([a-z0-9-]+):")


@dataclasses.dataclass(frozen=True)
class Invocation:
    """The complete input: flags or keywords, variables, and the `cage.json` of a directory.

    Attributes:
        directory: The definition directory; None if there is none.
        given: The values of flags, or of a program's keywords, by the setting's name.
        environ: The environment.
        assumed: Whether no directory was specified, so the current one, which has files, is used.
    """

    directory: Path | None = None
    given: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    environ: Mapping[str, str] = dataclasses.field(default_factory=lambda: os.environ)
    assumed: bool = False

    @functools.cached_property
    def variables(self) -> Mapping[str, str]:
        """The variables for `${NAME}` in files.

        Raises:
            UsageError: A `--set` isn't `NAME=value`.
            DefinitionError: An env file can't be used.
        """
        from cage.options.variables import variables  # noqa: PLC0415  few commands need it

        said, paths = (
            resolve(field_of(f"sources.{name}"), self.given, {}).value
            for name in ("variables", "env_files")
        )
        return variables(said, paths, self.environ)

    @functools.cached_property
    def files(self) -> tuple[SettingsFile, ...]:
        """The content of each `cage.json`, the nearest first."""
        if self.directory is None:
            return ()
        from cage.options.settings_file import read_chain  # noqa: PLC0415  few commands need it

        return read_chain(self.directory, self.variables)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about each `cage.json`."""
        return tuple(finding for file in self.files for finding in file.findings)

    @functools.cached_property
    def file_names(self) -> FileNames:
        """The places of the definition files."""
        from cage.definitions.file_names import FileNames  # noqa: PLC0415  few commands need it

        service, task = (
            self.value(field_of(f"sources.{name}"))
            for name in ("service_file", "task_definition_file")
        )
        return FileNames(service, task, self.findings)

    def setting(self, knob: Knob) -> Setting:
        """Return one setting.

        Raises:
            UsageError: Its value can't be used.
        """
        return resolve(knob, self.given, self.environ, self.files)

    def value(self, knob: Knob) -> Any:
        """Return the value of one setting.

        Raises:
            UsageError: The value can't be used.
        """
        return self.setting(knob).value

    def field(self, name: str) -> Any:
        """Return the value of a field of `Request`, by the path to it.

        Raises:
            UsageError: The value can't be used.
        """
        return self.value(field_of(name))

    def settings(self, service: Shape | None = None) -> dict[str, Setting]:
        """Return every setting by name, with its origin.

        Args:
            service: The content of the service's file; None if there is none.

        Raises:
            UsageError: A value can't be used, or contradicts the file.
        """
        found = resolve_all(all_knobs(), self.given, self.environ, self.files)
        file = service or {}
        for name, said in (("cluster", file.get("cluster")), ("service", file.get("serviceName"))):
            found[name] = _with_file(name, found[name], said)
        if not found["cluster"].value and (named := _IN_CLUSTER.match(str(found["service"].value))):
            found["cluster"] = Setting(named[1], f"the service of {found['service'].origin}")
        found["region"] = _region(found["region"], found, file)
        return found

    def request(
        self,
        service: Shape | None = None,
        task_definition: Shape | None = None,
        *,
        region: str = "",
        resuming: bool = False,
    ) -> Request:
        """Return the request that the input makes.

        Args:
            service: The content of the service's file; None if there is none.
            task_definition: The content of the task definition's file; None if there is none.
            region: The Region to use, once AWS's clients know it.
            resuming: Whether the revision is that of the resumed rollout.

        Raises:
            UsageError: A required setting isn't specified, or a value can't be used.
        """
        found = self.settings(service)
        if resuming:
            found["task_definition_arn"] = Setting(None, DEFAULT)
        elif found["task_definition_arn"].value is None and task_definition is None:
            raise UsageError(
                "There is nothing to roll out.",
                "No definition directory and no revision is specified.",
                "Specify the directory of task-definition.json, or pass --task-definition-arn.",
            )
        self._require_place(found, reads_files=self.directory is not None)
        _require_file(found["update_service"], service)
        values = {path: found[knob.name].value for path, knob in knobs_of(Request)}
        values["region"] = region or found["region"].value or ""
        revision = values["revision"]
        request: Request = made(
            Request,
            {
                **values,
                "task_definition": task_definition if revision is None and not resuming else None,
                "service_definition": service,
                "checks": self._checks(found),
                "extras": {knob.name: found[knob.name].value for knob in extra_knobs()},
                "directory": str(self.directory or ""),
                "kept": dict(ChainMap(*(dict(file.values) for file in self.files))),
            },
        )
        refused = contradiction(request)
        if refused is not None:
            raise refused
        return request

    def place(self, service: Shape | None = None) -> tuple[str, str]:
        """Return the cluster and the service.

        Raises:
            UsageError: One of them isn't specified.
        """
        found = self.settings(service)
        self._require_place(found, reads_files=self.directory is not None)
        return found["cluster"].value, found["service"].value

    def cluster(self, service: Shape | None = None) -> tuple[str, str | None]:
        """Return the cluster, and the service if one is specified.

        Raises:
            UsageError: The cluster isn't specified.
        """
        found = self.settings(service)
        _require(found, "cluster", reads_files=self.directory is not None)
        return found["cluster"].value, found["service"].value

    def _require_place(self, found: Mapping[str, Setting], *, reads_files: bool) -> None:
        for name in ("cluster", "service"):
            _require(found, name, reads_files=reads_files)

    def requested(self) -> Requested:
        """Return the checks requested of the canary.

        Raises:
            UsageError: A value can't be used.
        """
        return self._checks(resolve_all(all_knobs(), self.given, self.environ, self.files))

    def _checks(self, found: Mapping[str, Setting]) -> Requested:
        """Return the checks requested of the canary; a flag overrides the file's list."""
        by_kind: dict[str, Any] = {}
        for kind in kinds():
            said = {k.name: v for k in kind.flags if (v := resolve(k, self.given, {}).value)}
            if said and kind.settings is not None:
                by_kind[kind.name] = (kind.settings(**said),)
            else:
                by_kind[kind.name] = found[kind.knob.name].value
        fields = {path: found[knob.name] for path, knob in knobs_of(Approval)}
        approval = Approval(**{path: one.value for path, one in fields.items()})
        unused = [one for path, one in fields.items() if path != "wanted" and one.given]
        if unused and not approval.wanted:
            raise UsageError(
                f"{unused[0].origin} needs --approve.",
                "No one is asked for approval without it.",
                f"Add --approve, or remove {unused[0].origin}.",
            )
        return Requested(approve=approval.settings, **by_kind)


def unknown_keywords(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keywords of a program that no setting uses."""
    known = {knob.name for knob in all_knobs()}
    yield from (name for name in given if name not in known)


def _with_file(name: str, said: Setting, filed: Any) -> Setting:
    """Return a name from the service's file, unless it is set elsewhere.

    Raises:
        UsageError: A variable or `cage.json` contradicts the file about the cluster.
    """
    if not filed:
        return said
    if said.value is None:
        return Setting(str(filed), "service.json")
    same = str(said.value).rpartition("/")[2] == str(filed).rpartition("/")[2]
    if name == "cluster" and not said.given and not same:
        raise _contradiction("cluster", said, f"service.json specifies {filed}")
    return said


def _region(said: Setting, found: Mapping[str, Setting], file: Mapping[str, Any]) -> Setting:
    """Return the Region; by default, the Region of an ARN.

    Raises:
        UsageError: A variable or `cage.json` contradicts an ARN.
    """
    for origin, arn in _arns(found, file):
        match = _ARN.match(str(arn))
        if match is None:
            continue
        if said.value is None:
            return Setting(match[1], origin)
        if said.value != match[1] and not said.given:
            raise _contradiction("Region", said, f"{origin} is in {match[1]}")
    return said


def _arns(found: Mapping[str, Setting], file: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the settings that can only be in the service's own Region, and their origins."""
    for name in ("cluster", "service"):
        yield f"the {name} of {found[name].origin}", found[name].value
    yield found["task_definition_arn"].origin, found["task_definition_arn"].value
    for number, one in enumerate(file.get("loadBalancers") or ()):
        yield f"service.json's loadBalancers[{number}].targetGroupArn", one.get("targetGroupArn")
    for number, one in enumerate(file.get("vpcLatticeConfigurations") or ()):
        origin = f"service.json's vpcLatticeConfigurations[{number}].targetGroupArn"
        yield origin, one.get("targetGroupArn")
    for number, one in enumerate(file.get("serviceRegistries") or ()):
        yield f"service.json's serviceRegistries[{number}].registryArn", one.get("registryArn")


def _contradiction(what: str, said: Setting, other: str) -> UsageError:
    return UsageError(
        f"{said.origin} specifies {what} {said.value}, but {other}.",
        "",
        f"Make them agree. To override both, pass --{what.lower()}.",
    )


def _require(found: Mapping[str, Setting], name: str, *, reads_files: bool) -> None:
    if found[name].value:
        return
    unset = f"--{name} and CAGE_{name.upper()} are not set"
    if not reads_files:
        next_step = f"Specify DIR, the directory of service.json, or pass --{name}."
        raise UsageError(f"No {name} specified.", f"No DIR is specified, and {unset}.", next_step)
    raise UsageError(
        f"No {name} specified.",
        f"{unset}, and service.json doesn't specify it.",
        f"Pass --{name}, or add it to service.json.",
    )


def _require_file(update: Setting, service: Shape | None) -> None:
    if update.value and service is None:
        raise UsageError(
            f"{update.origin} needs a service.json.",
            "It sends that file's settings of the service.",
            "Specify the directory of service.json.",
        )
