"""The tutorial for notebooks prints what stands in it, and the reference of the package knows each column."""

import contextlib
import inspect
import io
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from reconciliation import reconcile
from reconciliation.checking import NEEDED
from reconciliation.results import Result

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "reconcile-in-a-notebook.md"
REFERENCE = PAGE.parents[1] / "reference" / "reconciliation.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_each_block_prints_what_stands_under_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {}
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) > 10
    printed = None
    for kind, text in blocks:
        if kind == "text":
            assert printed == text
            printed = None
            continue
        assert not printed, "what a block prints has to stand under it"
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(text, PAGE.name, "exec"), known)  # noqa: S102  # our own page
        printed = "".join(f"{line.rstrip()}\n" for line in said.getvalue().splitlines())
    assert not printed


def test_each_column_that_goes_in_or_comes_out_is_told() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    for side, (schema, needed, _) in NEEDED.items():
        rows = re.findall(r"^\| `(\w+)` \| (needed)? ?\|", sections[side], re.MULTILINE)
        assert [name for name, _ in rows] == schema.names
        assert tuple(name for name, word in rows if word) == needed
    told = re.findall(r"^\| `(\w+)` \|", sections["Result"], re.MULTILINE)
    assert told == [field.name for field in fields(Result)]


def test_each_argument_is_told() -> None:
    table = REFERENCE.read_text(encoding="utf-8").partition("## expected")[0]
    cells = re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)
    told = {name for cell in cells for name in re.findall(r"\w+", cell)}
    assert told == set(inspect.signature(reconcile).parameters)
