"""`cage init`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cage.cli import options

if TYPE_CHECKING:
    from cage.comparison.draft import Draft


@click.command("init")
@options.together(
    options.DIRECTORY,
    options.REGION,
    options.LIVE_CLUSTER,
    options.LIVE_SERVICE,
    click.option("--force", is_flag=True, help="Overwrite files that are there."),
    options.PROFILE,
    options.ENDPOINT_URL,
    options.DEBUG,
)
def command(directory: Path | None, **flags: Any) -> int:
    """Write service.json and task-definition.json for a service that is live.

    They go to DIR, which is made if it isn't there; it is the current directory if not
    named. They hold what AWS doesn't fill in by itself, so cage diff finds no change then.
    A value that looks like a secret isn't written: ${NAME} stands there instead, and the
    names to set are listed. Files that are there are kept, unless you say otherwise.

    Exit codes: 0 written; 2 usage, files in the way, or AWS's refusal; 130 and 143
    interrupted.
    """
    from cage.aws.shapes import EcsShapes
    from cage.cli import compose, running
    from cage.comparison.init import init

    directory = directory or Path()
    cluster, service = compose.place(flags)
    _clear_the_way(directory, force=flags["force"])
    made = running.clients(flags)
    draft = running.ask(made, lambda ecs: init(ecs, cluster, service, EcsShapes()))
    _write(directory, draft)
    sys.stdout.writelines(f"{line}\n" for line in _told(directory, draft))
    for line in _refused(directory, draft):
        sys.stderr.write(f"{line}\n")
    return 0


def _paths(directory: Path) -> tuple[Path, Path]:
    """Return where the files go: to their usual names, or to those of a `cage.json`.

    Raises:
        UsageError: The `cage.json` can't be used, or names a file that isn't JSON.
    """
    from cage.definitions.configuration import Configuration, read_configuration
    from cage.model.errors import UsageError

    if directory.is_dir():
        configuration = read_configuration(directory, os.environ)
    else:
        configuration = Configuration()
    if configuration.refused:
        what = "cage.json can't be used, and may name the files."
        raise UsageError(
            what, str(configuration.findings[0]), "Mend it, or name another directory."
        )
    service = configuration.service_file or directory / "service.json"
    task_definition = configuration.task_definition_file or directory / "task-definition.json"
    for path in (service, task_definition):
        if path.suffix not in {".json", ".jsonc"}:
            raise UsageError(
                f"cage.json names {path.name}, and init writes JSON.",
                "",
                "Name a .json file there, or another directory.",
            )
    return service, task_definition


def _clear_the_way(directory: Path, *, force: bool) -> None:
    """Require that files may be written there, before AWS is asked anything.

    Raises:
        UsageError: Something is in the way, and stays there.
        click.Abort: The answer to the question is no.
    """
    from cage.definitions.kinds import SERVICE, SUFFIXES, TASK_DEFINITION
    from cage.model.errors import UsageError

    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is no directory.", "", "Name a directory, or a new name.")
    paths = _paths(directory)
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
            "Move it away, or name another directory.",
        )
    if not there or force:
        return
    if sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("CI"):
        click.confirm(f"Overwrite {_listed(there)}?", abort=True)
        return
    raise UsageError(
        f"{_listed(there)} {_is(there)} there already.",
        "",
        "Pass --force to overwrite, or name another directory.",
    )


def _write(directory: Path, draft: Draft) -> None:
    """Write both files, each as a whole.

    Raises:
        UsageError: They can't be written.
    """
    from cage.definitions.writing import definition_text
    from cage.model.errors import UsageError

    texts = (definition_text(draft.service), definition_text(draft.task_definition))
    paths = _paths(directory)
    fresh = [path.with_name(f".{path.name}.new") for path in paths]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for path, text in zip(fresh, texts, strict=True):
            path.write_text(text, encoding="utf-8", newline="\n")
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
            "Name a directory that you may write to.",
        ) from error


def _told(directory: Path, draft: Draft) -> Iterator[str]:
    service, cluster = draft.service["serviceName"], draft.service["cluster"]
    yield f"Wrote {_listed(_paths(directory))} from service {service} in cluster {cluster}."
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


def _refused(directory: Path, draft: Draft) -> Iterator[str]:
    """Say what cage would refuse in files that say what AWS has accepted."""
    from cage.aws.shapes import EcsShapes
    from cage.definitions import Severity, inspect_directory

    values = {one.name: one.value for one in draft.variables}
    _, findings = inspect_directory(directory, values, EcsShapes())
    errors = [str(one) for one in findings if one.severity is Severity.ERROR]
    if errors:
        yield "AWS has this service, but cage would refuse to send it as it is:"
        yield from errors


def _listed(paths: tuple[Path, ...] | list[Path]) -> str:
    return " and ".join(map(str, paths))


def _is(paths: list[Path]) -> str:
    return "is" if len(paths) == 1 else "are"
