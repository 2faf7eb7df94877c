"""Declarations, each found by its file: commands, checks, reports, incidents, settings.

A declaration is a module-level value of an agreed name, one per file. cage's own packages are
searched by file; other distributions list their declarations as entry points.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Iterator
from typing import Any

from cage.model.errors import UsageError


def discover(package: str, attribute: str, group: str) -> Iterator[Any]:
    """Yield each declaration: those of a package's modules by name, then those of plug-ins.

    Args:
        package: The package whose modules, including those in folders, might have `attribute`.
        attribute: The name of the declaration in a module, such as `CHECK`.
        group: The entry-point group of plug-ins, such as `cage.checks`.

    Raises:
        UsageError: A plug-in can't be loaded.
    """
    yield from modules(package, attribute)
    yield from plug_ins(group)


def modules(package: str, attribute: str) -> Iterator[Any]:
    """Yield each declaration in a package's modules, by name, including those in folders."""
    root = importlib.import_module(package)
    for name in sorted(found for path in root.__path__ for found in _names(path, package)):
        module = importlib.import_module(name)
        if attribute in vars(module):
            yield getattr(module, attribute)


def _names(folder: str, package: str) -> Iterator[str]:
    """Yield the names of a folder's modules; `pkgutil` would import much more for this."""
    for entry in os.scandir(folder):
        stem, dot, end = entry.name.partition(".")
        if dot and end == "py" and not stem.startswith("__"):
            yield f"{package}.{stem}"
        elif not dot and os.path.exists(os.path.join(entry.path, "__init__.py")):  # noqa: PTH110, PTH118
            yield from _names(entry.path, f"{package}.{stem}")


def plug_ins(group: str) -> Iterator[Any]:
    """Yield the declarations of other distributions in an entry-point group, by name.

    Raises:
        UsageError: A declaration can't be loaded.
    """
    if not _is_named(group):
        return
    from importlib.metadata import entry_points  # noqa: PLC0415  slower than all other imports

    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            yield point.load()
        except Exception as error:
            raise UsageError(
                f"The plug-in {point.name} ({point.value}) can't be loaded.",
                f"{type(error).__name__}: {error}",
                "Fix it, or uninstall the package that declares it.",
            ) from error


def _is_named(group: str) -> bool:
    """Return whether any installed distribution can declare entry points of a group."""
    return f"[{group}]" in _declared(tuple(sys.path))


@functools.cache
def _declared(path: tuple[str, ...]) -> str:
    """Return the entry points of all installed distributions, as written."""
    found = []
    for folder in path:
        try:
            names = [name for name in os.listdir(folder or ".") if name.endswith("-info")]  # noqa: PTH208
        except OSError:
            continue
        for name in names:
            try:
                with open(os.path.join(folder, name, "entry_points.txt"), "rb") as file:  # noqa: PTH118, PTH123
                    found.append(file.read().decode(errors="replace"))
            except OSError:
                continue
    return "\n".join(found)
