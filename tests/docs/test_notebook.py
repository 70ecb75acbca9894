"""The tutorial for notebooks is run block by block, and prints what stands in it."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "reconcile-in-a-notebook.md"
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
