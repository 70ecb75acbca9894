"""What the tests of bank files share: the invented files beside them, and reading a file to its end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from payouts.settlements.formats.base import FileReport
from payouts.settlements.reading import open_settlement

FILES = Path(__file__).parent / "files"

Read = Callable[[str | bytes], tuple[FileReport, list[dict[str, Any]]]]


@pytest.fixture
def files() -> Path:
    return FILES


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file's content to its end: its report and its good lines."""

    def read_content(content: str | bytes) -> tuple[FileReport, list[dict[str, Any]]]:
        path = tmp_path / "tep"  # the name says nothing
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        reading = open_settlement(path)
        rows = [row for batch in reading.batches() for row in batch.to_pylist()]
        return reading.report, rows

    return read_content
