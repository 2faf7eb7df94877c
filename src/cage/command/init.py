"""Writing the definition files of a live service: the work of `cage init`."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from cage.aws.shapes import EcsShapes
from cage.command import files, running
from cage.comparison.draft import Draft
from cage.comparison.init import init
from cage.definitions import Severity, inspect_directory
from cage.definitions.file_names import FileNames
from cage.definitions.kinds import SERVICE, SUFFIXES, TASK_DEFINITION
from cage.definitions.writing import definition_text
from cage.model.errors import UsageError
from cage.options.invocation import Invocation
from cage.wording.harmless import harmless


def write(call: Invocation, *, force: bool) -> int:
    """Write the files, and return the exit code.

    Raises:
        UsageError: Files already exist, or can't be written.
        AwsError: AWS refused, or didn't answer.
    """
    directory = call.directory or Path()
    if not directory.is_dir():
        call = dataclasses.replace(call, directory=None)
    live = files.existing_service(call)
    cluster, service = call.place(live)
    paths = _paths(call, directory)
    _clear_the_way(directory, paths, call, force=force)
    made = running.clients(call, live)
    draft = running.ask(
        lambda context: init(context.service, EcsShapes()),
        made,
        running.place_of(call, made, cluster, service),
    )
    _write(directory, paths, draft)
    sys.stdout.writelines(f"{harmless(line)}\n" for line in _told(directory, paths, draft))
    for line in _refused(directory, paths, draft):
        sys.stderr.write(f"{harmless(line)}\n")
    return 0


def _paths(call: Invocation, directory: Path) -> tuple[Path, Path]:
    """Return the paths of the new files: the usual names, or those in a `cage.json`.

    Raises:
        UsageError: The `cage.json` can't be used, or specifies a file that isn't JSON.
    """
    names = call.file_names
    if names.refused:
        what = "cage.json can't be used, and might name the files."
        raise UsageError(what, str(names.findings[0]), "Fix it, or specify another directory.")
    service = names.service or directory / "service.json"
    task_definition = names.task_definition or directory / "task-definition.json"
    for path in (service, task_definition):
        if path.suffix not in {".json", ".jsonc"}:
            raise UsageError(
                f"cage.json specifies {path.name}, and init writes JSON.",
                "",
                "Specify a .json file there, or another directory.",
            )
    return service, task_definition


def _clear_the_way(
    directory: Path, paths: tuple[Path, Path], call: Invocation, *, force: bool
) -> None:
    """Require that files can be written there, before AWS is queried.

    Raises:
        UsageError: Something already exists there and is not overwritten.
        DeclinedError: The answer to the question is no.
    """
    if directory.exists() and not directory.is_dir():
        raise UsageError(
            f"{directory} is not a directory.", "", "Specify a directory, or a new name."
        )
    usual = {
        directory / f"{kind.stem}{end}"
        for path, kind in zip(paths, (SERVICE, TASK_DEFINITION), strict=True)
        for end in SUFFIXES
        if path == directory / f"{kind.stem}.json"
    }
    there = [path for path in sorted({*usual, *paths}) if path.exists()]
    others = [path for path in there if path not in paths]
    if others:
        raise UsageError(
            f"{_listed(others)} {_is(others)} in the way.",
            "A directory holds one file of each kind, and init writes JSON.",
            "Move it away, or specify another directory.",
        )
    if not there or force:
        return
    if sys.stdin.isatty() and sys.stdout.isatty() and not call.environ.get("CI"):
        running.require_yes(f"Overwrite {_listed(there)}?")
        return
    raise UsageError(
        f"{_listed(there)} already {'exists' if len(there) == 1 else 'exist'}.",
        "",
        "To overwrite, pass --force. Or specify another directory.",
    )


def _write(directory: Path, paths: tuple[Path, Path], draft: Draft) -> None:
    """Write both files, each completely.

    Raises:
        UsageError: They can't be written.
    """
    texts = (definition_text(draft.service), definition_text(draft.task_definition))
    fresh = [path.with_name(f".{path.name}.new") for path in paths]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for path, text in zip(fresh, texts, strict=True):
            path.unlink(missing_ok=True)
            with os.fdopen(_private(path), "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        for path, final in zip(fresh, paths, strict=True):
            path.replace(final)
    except OSError as error:
        for path in fresh:
            with contextlib.suppress(OSError):
                path.unlink()
        reason = error.strerror or type(error).__name__
        raise UsageError(
            f"The files can't be written to {directory}: {reason}.",
            "",
            "Specify a directory that you can write to.",
        ) from error


def _private(path: Path) -> int:
    """Create a file that only its owner can read: a value might be an unrecognized secret."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _told(directory: Path, paths: tuple[Path, Path], draft: Draft) -> Iterator[str]:
    service, cluster = draft.service["serviceName"], draft.service["cluster"]
    yield f"Wrote {_listed(paths)} from service {service} in cluster {cluster}."
    variables = draft.variables
    if variables:
        many = f"{len(variables)} values look like secrets and aren't"
        one_alone = "1 value looks like a secret and isn't"
        yield f"{one_alone if len(variables) == 1 else many} in the files. Set:"
        yield from (f"  {one.name}  ({', '.join(one.paths)})" for one in variables)
        yield "Until then cage refuses the files; with the live values set, cage diff is empty."
        yield "Better still, keep them in Secrets Manager or SSM, and name them under secrets."
    where = "" if directory == Path() else f" {directory}"
    yield f"Next: cage diff{where}"


def _refused(directory: Path, paths: tuple[Path, Path], draft: Draft) -> Iterator[str]:
    """Print what cage would refuse in the files, although AWS has accepted it."""
    values = {one.name: one.value for one in draft.variables}
    _, findings = inspect_directory(directory, values, EcsShapes(), names=FileNames(*paths))
    errors = [str(one) for one in findings if one.severity is Severity.ERROR]
    if errors:
        yield "AWS has this service, but cage would refuse to send it as it is:"
        yield from errors


def _listed(paths: tuple[Path, ...] | list[Path]) -> str:
    return " and ".join(map(str, paths))


def _is(paths: list[Path]) -> str:
    return "is" if len(paths) == 1 else "are"
