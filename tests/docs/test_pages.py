"""The pages show what cage prints, and name what exists."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cage.options.settings_file import read_chain, shape
from cage.rollout import settings
from cage.verification import CATALOG as VERIFICATIONS
from docsite.pages import written
from docsite.project import ROOT
from ecs_simulator import Simulator
from tests.docs.pages import blocks, pages, printed

pytestmark = pytest.mark.usefixtures("clone")


def test_the_readme_is_short() -> None:
    text = pages()["README.md"]
    assert len(text.splitlines()) <= 250
    assert len(text.encode()) <= 10_000


def test_the_readme_and_the_home_page_say_first_that_no_aws_account_was_used() -> None:
    for page in ("README.md", "index.md"):
        first_screen = " ".join(pages()[page].split()[:120])
        assert "simulator" in first_screen
        assert "independent emulator" in first_screen
        assert "on an AWS account yet" in first_screen


def test_what_the_readme_shows_of_the_demo_is_what_the_demo_prints() -> None:
    recipe = re.search(
        r"^demo:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE
    )
    assert recipe is not None
    lines = [line.strip().removeprefix("$(BIN)/") for line in recipe[1].splitlines()]
    demo = {row for line in lines for row in printed(line)}
    shown = next(b for b in blocks("README.md", "text") if "canary task" in b).splitlines()
    assert [row for row in shown if row not in demo] == []


def test_the_rows_of_the_table_of_incidents_are_those_that_a_rehearsal_prints() -> None:
    (shown,) = blocks("guides/incidents.md", "text")
    rows = [row.split() for row in shown.splitlines() if not row.startswith("-")]
    names = " ".join(f"--incident {row[0]}" for row in rows[1:])
    rehearsed = [row.split() for row in printed(f"cage rehearse examples/web {names}")]
    assert [row for row in rows if row not in rehearsed] == []


def test_the_line_of_json_is_one_that_the_rehearsal_prints() -> None:
    (shown,) = blocks("guides/json.md", "json")
    assert shown.strip() in printed("cage rehearse examples/web --json")


def test_the_examples_of_the_library_use_names_that_exist() -> None:
    names: dict[str, object] = {}
    for example in blocks("guides/library.md", "python"):
        here = example.replace("deploy/web", str(ROOT / "examples" / "web"))
        until_aws = here.partition("result = ")[0]
        exec(compile(until_aws, "library.md", "exec"), names)  # noqa: S102  the page's own
    assert {"Cage", "env", "checks"} <= names.keys()


def test_the_examples_of_the_simulator_run() -> None:
    names: dict[str, object] = {}
    examples = blocks("guides/simulator.md", "python")
    for example in examples:
        exec(compile(example, "simulator.md", "exec"), names)  # noqa: S102  the page's own
    with Simulator() as simulator:
        test = names["test_a_cluster_is_listed"]
        assert callable(test)
        test(simulator, simulator.url)


def test_every_preflight_check_is_explained() -> None:
    rows = re.findall(r"^\| `([\w-]+)`", pages()["concepts/preflight.md"], re.MULTILINE)
    assert rows == [*(verification.name for verification in VERIFICATIONS), settings.NAME]


def test_every_cage_json_on_a_page_is_one_that_cage_accepts(tmp_path: Path) -> None:
    known = set(shape().members)
    shown = [json.loads(b) for page in written() for b in blocks(page, "json")]
    files = [one for one in shown if set(one) <= known]
    assert len(files) > 8
    for number, one in enumerate(files):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "cage.json").write_text(json.dumps(one))
        (file,) = read_chain(folder, {})
        assert file.findings == ()


def test_the_plug_in_on_its_page_works(tmp_path: Path) -> None:
    (code,) = blocks("guides/plugins.md", "python")
    (points,) = blocks("guides/plugins.md", "toml")
    (command,) = blocks("guides/plugins.md", "text")
    (tmp_path / "counting.py").write_text(code)
    info = tmp_path / "counting-1.0.dist-info"
    info.mkdir()
    groups = tomllib.loads(points)["project"]["entry-points"]
    (info / "entry_points.txt").write_text(
        "".join(
            f"[{group}]\n" + "".join(f"{name} = {at}\n" for name, at in named.items())
            for group, named in groups.items()
        )
    )
    words = command.split()
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path("count.txt").read_text().endswith(" events\n")
