"""The variables for `${NAME}` in definition files, and which value applies."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from pathlib import Path

from cage.definitions.env_file import is_name, parse_env
from cage.definitions.findings import Finding
from cage.definitions.source import read_source
from cage.model.errors import DefinitionError, UsageError


def variables(
    said: Sequence[str], files: Sequence[Path], environ: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the variables: `--set` overrides the environment, which overrides `--env-file`.

    Docker Compose works the same way: values that a person or a CI job sets for one run override
    values in a file. Of several files, and of several `--set`, the last one counts.

    Raises:
        UsageError: A `--set` isn't `NAME=value`.
        DefinitionError: An env file can't be used. All env files are read first.
    """
    given: dict[str, str] = {}
    for number, pair in enumerate(said, start=1):
        name, equals, value = pair.partition("=")
        if not equals or not is_name(name):
            # The input might be a secret without a name, so the message doesn't show it.
            raise UsageError(
                f"--set number {number} isn't NAME=value.",
                "A name consists of letters, digits and _, and doesn't begin with a digit.",
                "For example: --set IMAGE_TAG=v1.2.3",
            )
        given[name] = value
    return ChainMap(given, dict(environ), _from_files(files))


def _from_files(paths: Sequence[Path]) -> dict[str, str]:
    found: dict[str, str] = {}
    findings: list[Finding] = []
    for path in paths:
        source = read_source(path)
        if isinstance(source, Finding):
            findings.append(source)
            continue
        values, wrong = parse_env(source)
        found |= values
        findings += wrong
    if findings:
        names = ", ".join(map(str, paths))
        raise DefinitionError(
            f"The variables can't be read from {names}",
            tuple(map(str, findings)),
            "Fix the file, then retry.",
        )
    return found
