"""Sets a report as a PDF on A4 with its fonts inside, by Typst; texts go in as data, never as markup."""

import datetime as dt
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from payouts.core.clock import VIETNAM
from payouts.core.errors import RefusedError
from payouts.core.problems import Language
from payouts.core.settings import Settings
from payouts.reports.document import Column, Report, Table
from payouts.reports.writing.xlsx import CHECKS, DIFFERS, TIES, TOTAL

MOST_ROWS = 3_000  # on paper; longer lists are for workbooks
NOTHING = "–"


def write_pdf(report: Report, path: Path, settings: Settings) -> None:
    """Set a report; the same report is the same bytes.

    Args:
        report: what to set
        path: where to write
        settings: of this installation: the office that stands at its head

    Raises:
        RefusedError: it has too many rows for paper
    """
    import typst  # noqa: PLC0415  # 20 MB that only a PDF needs

    language = report.language
    shown = [table for table in report.tables if table.paper]
    if sum(table.count for table in shown) > MOST_ROWS:
        raise RefusedError("too_long_for_pdf", "Báo cáo quá dài để in. Hãy lấy dạng XLSX hoặc CSV.")
    made_at = report.made_at.astimezone(VIETNAM)
    told = {
        "language": language,
        "title": report.title.said(language),
        "office": [settings.office_parent.upper(), settings.office_name.upper()],
        "made": [made_at.year, made_at.month, made_at.day, made_at.hour, made_at.minute, made_at.second],
        "stated": [[label.said(language), value] for label, value in report.stated],
        "tables": [_table(table, language) for table in shown],
        "checks": [
            [check.what.said(language), *map(whole, check.values), _outcome(check.difference, language)]
            for check in report.checks
        ],
        "checked": CHECKS.said(language),
        "signed": [words.said(language) for words in report.signed],
        "day": f"{settings.office_place or '…………'}, {_day_in_words(made_at.date())}",
    }
    here = resources.files("payouts.reports")
    with (
        resources.as_file(here / "writing" / "report.typ") as template,
        resources.as_file(here / "letters" / "fonts") as fonts,
    ):
        typst.compile(
            str(template),
            output=str(path),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            sys_inputs={"report": json.dumps(told, ensure_ascii=False)},
        )


def _day_in_words(day: dt.date) -> str:
    return f"ngày {day.day:02} tháng {day.month:02} năm {day.year}"


def whole(value: int | None) -> str:
    """Write a whole number as people do: 930.000."""
    return NOTHING if value is None else f"{value:,}".replace(",", ".")


def shown(value: Any, kind: str) -> str:
    """Write a value as it stands on paper and on a page."""
    if value is None or value == "":
        return NOTHING if kind != "text" else ""
    if kind in {"count", "money"}:
        return whole(value)
    if kind == "share":
        return f"{value * 100:.1f}\u00a0%".replace(".", ",")
    if kind == "number":
        return f"{value:.1f}".replace(".", ",")
    return f"{value:%d/%m/%Y}" if kind == "date" else str(value)


def _outcome(difference: int, language: Language) -> str:
    return TIES.said(language) if difference == 0 else f"{DIFFERS.said(language)} {whole(difference)}"


def _table(table: Table, language: Language) -> dict[str, Any]:
    columns = [column for column in table.columns if column.paper]
    rows = [_row(columns, row) for batch in table.batches for row in batch.to_pylist()]
    total = _row(columns, table.totals) if table.totals else []
    if total:
        label = next((place for place, column in enumerate(columns) if column.kind == "text"), 0)
        total = [
            TOTAL.said(language) if place == label else "" if value == NOTHING else value
            for place, value in enumerate(total)
        ]
    return {
        "title": table.title.said(language),
        "note": table.note.said(language) if table.note else "",
        "headings": [column.heading.said(language) for column in columns],
        "widths": [column.width for column in columns],
        "right": [column.kind in {"count", "money", "share", "number"} for column in columns],
        "total": total,
        "rows": rows,
    }


def _row(columns: list[Column], row: Mapping[str, Any]) -> list[str]:
    return [shown(row.get(column.key), column.kind) for column in columns]
