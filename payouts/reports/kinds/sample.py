"""A sample of payout lines for an auditor, drawn so that anybody can draw it again and get the same."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session

from payouts.core.bulk import read_table
from payouts.core.errors import RefusedError
from payouts.core.terms import Words
from payouts.reports.asking import Asked
from payouts.reports.document import Column, Report, table_of
from payouts.reports.kinds.people import EVIDENCE, OWED, PAID_SUM, REASON, VERDICT_NAME, WHO
from payouts.reports.reading import EMPTY, LINE, READS, SAYS, VERDICT, lines, listed
from payouts.reports.shared import SIGNED, report_of

# What lines are drawn by: option -> the column that tells the strata, and what they are called.
STRATA = {
    "verdict": ("verdict_name", Words("Kết quả đối chiếu", "Verdict")),
    "ward": ("ward", Words("Xã/phường", "Ward")),
    "bank": ("bank", Words("Ngân hàng", "Bank")),
    "channel": ("channel_name", Words("Kênh chi", "Channel")),
}
USUAL_SIZE, MOST_OF_STRATUM, MOST_LINES = 10, 200, 5_000
LONGEST_SEED = 64  # letters

TITLE = Words("Mẫu kiểm tra", "Audit sample")
DRAWN = (
    Column("stratum", Words("Tầng", "Stratum"), width=22),
    Column("place", Words("Thứ tự", "Place"), "count", 8),
    Column("digest", Words("Mã băm", "Digest"), width=18, paper=False),
    *WHO,
    OWED,
    PAID_SUM,
    VERDICT_NAME,
    REASON,
    EVIDENCE,
)
POPULATION = (
    Column("stratum", Words("Tầng", "Stratum"), width=26),
    Column("lines", Words("Tổng số dòng", "Lines"), "count", 12, total=True),
    Column("owed", Words("Phải chi (đ)", "Owed (đ)"), "money", 18, total=True),
    Column("drawn", Words("Số dòng rút", "Drawn"), "count", 12, total=True),
)
METHOD = Words(
    "Cách rút: với mỗi dòng tính SHA-256 của “{seed}|mã dòng chi”, "
    "trong mỗi tầng lấy {size} dòng có mã băm nhỏ nhất.",
    "Drawn so: for each line take SHA-256 of “{seed}|line_ref”; "
    "of each stratum the {size} lines with the lowest.",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """How a sample is drawn: by a key of STRATA, so many lines of each, with a seed."""

    by: str
    size: int
    seed: str


def wish_of(asked: Asked) -> Wish:
    """Read how to draw out of the options `by`, `size` and `seed`.

    The seed is the name of the run where none is given.

    Raises:
        RefusedError: there is no such stratum, or the sample would be too small or too large
    """
    options = asked.options
    by, seed = options.get("by") or "verdict", (options.get("seed") or "").strip()
    if by not in STRATA:
        raise RefusedError("no_such_stratum", f"Chỉ rút mẫu theo: {', '.join(STRATA)}.")
    size = options.get("size") or str(USUAL_SIZE)
    if not (size.isascii() and size.isdecimal() and 1 <= int(size[:9]) <= MOST_OF_STRATUM):
        raise RefusedError("bad_sample_size", f"Số dòng mỗi tầng phải từ 1 đến {MOST_OF_STRATUM}.")
    if len(seed) > LONGEST_SEED or not seed.isprintable():
        raise RefusedError("bad_seed", f"Hạt giống dài không quá {LONGEST_SEED} chữ, trên một dòng.")
    usual = f"{asked.cycle.programme}-{asked.cycle.cycle}-{asked.run.number}"
    return Wish(by, int(size), seed or usual)


def sample(session: Session, asked: Asked) -> Report:
    """Draw a sample; the same run, seed and size give the same lines, whoever draws them and wherever."""
    wish = wish_of(asked)
    column, words = STRATA[wish.by]
    strata = _draw(session, asked, wish)
    digests = {
        line: (stratum, place, digest)
        for stratum, drawn in strata.items()
        for place, (digest, line) in enumerate(drawn, 1)
    }
    if len(digests) > MOST_LINES:
        raise RefusedError(
            "bad_sample_size", f"Mẫu không quá {MOST_LINES:,} dòng: hãy giảm số dòng mỗi tầng."
        )
    rows = _rows(session, asked, digests)
    method = Words(*(text.format(seed=wish.seed, size=wish.size) for text in (METHOD.vi, METHOD.en)))
    drawn = table_of("sample", TITLE, DRAWN, rows, note=method)
    title = Words(f"Tổng thể theo {words.vi.lower()}", f"Population by {words.en.lower()}")
    population = _population(session, asked, column, strata)
    return report_of(
        session,
        asked,
        "sample",
        TITLE,
        drawn,
        table_of("strata", title, POPULATION, population),
        signed=SIGNED,
    )


def digest_of(seed: str, line_ref: str) -> str:
    """Give the number by which a line is drawn: SHA-256 of seed, stroke and reference, in hexadecimal."""
    return hashlib.sha256(f"{seed}|{line_ref}".encode()).hexdigest()


def _draw(session: Session, asked: Asked, wish: Wish) -> dict[str, list[tuple[str, str]]]:
    """Draw the lines of each stratum: code of the stratum -> digest and reference, the lowest first."""
    code = func.coalesce(READS[STRATA[wish.by][0]], EMPTY)
    all_lines = read_table(
        session,
        lines(asked).with_only_columns(LINE.c.line_ref, code.label("stratum")),
    )
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for batch in all_lines.to_batches():
        for ref, stratum in zip(batch["line_ref"].to_pylist(), batch["stratum"].to_pylist(), strict=True):
            found[stratum].append((digest_of(wish.seed, ref), ref))
    return {stratum: sorted(each)[: wish.size] for stratum, each in sorted(found.items())}


def _rows(
    session: Session, asked: Asked, digests: Mapping[str, tuple[str, int, str]]
) -> list[dict[str, Any]]:
    """Read the lines drawn, by stratum in the order of drawing."""
    shown = (*WHO, OWED, PAID_SUM, VERDICT_NAME, REASON, EVIDENCE)
    table = listed(session, asked, TITLE, shown, LINE.c.line_ref.in_(sorted(digests)))
    rows = [row for batch in table.batches for row in batch.to_pylist()]
    for row in rows:
        stratum, place, digest = digests[row["line_ref"]]
        row |= {"code": stratum, "stratum": _name(asked, stratum), "place": place, "digest": digest[:16]}
    return sorted(rows, key=lambda row: (row["code"], row["place"]))


def _name(asked: Asked, code: str) -> str:
    by = STRATA[wish_of(asked).by][0]
    return SAYS[by](code, asked.language) if code else "–"


def _population(
    session: Session, asked: Asked, column: str, strata: Mapping[str, list[tuple[str, str]]]
) -> list[dict[str, Any]]:
    code = func.coalesce(READS[column], EMPTY)
    query = lines(asked).with_only_columns(
        code.label("code"), func.count().label("lines"), func.sum(VERDICT.c.owed).label("owed")
    )
    rows = session.execute(query.group_by(code).order_by(code)).mappings()
    return [
        {
            "stratum": _name(asked, row["code"]),
            "lines": row["lines"],
            "owed": int(row["owed"]),
            "drawn": len(strata[row["code"]]),
        }
        for row in rows
    ]
