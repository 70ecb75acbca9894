"""Reads an unknown file by a profile and shows the first lines as they would count, and what is wrong."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from payouts.core.problems import Problem
from payouts.settlements.formats.base import FileReport
from payouts.settlements.formats.tabular import TabularReader
from payouts.settlements.profiles import Profile

LINES_SHOWN = 10
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Trial:
    """How a file would be read.

    Attributes:
        report: of the whole file: profile, counts, totals, problems
        lines: the first good lines, columns of formats.base.LINES that are not empty
    """

    report: FileReport
    lines: list[dict[str, Any]]


def try_profile(path: Path, profile: Profile | str | None, currency: str = "VND") -> Trial:
    """Read a CSV or XLSX to its end and keep the first lines.

    Args:
        path: the file
        profile: the layout, or its name; None finds it by the header
        currency: ISO 4217 code of the service's currency

    Raises:
        NotFoundError: there is no profile of the name
        ProfileError: the profile of the name is broken
    """
    report = FileReport()
    lines: list[dict[str, Any]] = []
    try:
        with path.open("rb") as file:
            zipped = file.read(len(_ZIP)) == _ZIP
        reader = TabularReader("xlsx" if zipped else "csv", profile)
        for batch in reader.read(path, report, currency):
            if len(lines) < LINES_SHOWN:
                lines += batch.slice(0, LINES_SHOWN - len(lines)).to_pylist()
    except OSError as error:
        report.add(Problem("file_unreadable", values={"cause": error.strerror or str(error)}))
    shown = [{name: value for name, value in line.items() if value not in {None, ""}} for line in lines]
    return Trial(report, shown)
