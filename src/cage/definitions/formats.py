"""Chooses the parser for a file by its name."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from cage.definitions.json_reader import parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.lookups import Lookup
    from cage.definitions.source import Source
    from cage.definitions.syntax import ParsedFile


def parse(source: Source, environ: Mapping[str, str], lookups: Mapping[str, Lookup]) -> ParsedFile:
    """Parse the file by its suffix; as JSON unless the suffix specifies another format."""
    suffix = PurePath(source.name).suffix.lower()
    if suffix in {".jsonnet", ".libsonnet"}:
        from cage.definitions.jsonnet_reader import parse_jsonnet  # noqa: PLC0415 - rarely needed

        return parse_jsonnet(source, environ, lookups)
    if suffix in {".yaml", ".yml"}:
        from cage.definitions.yaml_reader import parse_yaml  # noqa: PLC0415 - rarely needed

        return parse_yaml(source, environ, lookups)
    return parse_json(source, environ, lookups, comments_expected=suffix == ".jsonc")
