"""What all reports of a month have in common: how they are put together and how their sums are compared."""

from sqlmodel import Session

from payouts.core.areas import ward_name
from payouts.core.terms import Words
from payouts.reports.asking import Asked, stated
from payouts.reports.document import Check, Report, Table

SIGNED = (
    Words("Người lập biểu", "Prepared by"),
    Words("Kế toán trưởng", "Chief accountant"),
    Words("Thủ trưởng đơn vị", "Head of the office"),
)


def report_of(
    session: Session,
    asked: Asked,
    name: str,
    title: Words,
    *tables: Table,
    checks: tuple[Check, ...] = (),
    signed: tuple[Words, ...] = (),
) -> Report:
    """Put a report together with what it states of itself.

    Args:
        session: the transaction
        asked: what it is about
        name: in the catalogue
        title: without the cycle, which is added
        tables: the first one is the report
        checks: sums that have to be the same
        signed: who signs it on paper
    """
    cycle = asked.cycle
    month = f"{cycle.cycle[5:]}/{cycle.cycle[:4]}"
    whole = Words(
        f"{title.vi}, chương trình {cycle.programme}, kỳ {month}",
        f"{title.en}, programme {cycle.programme}, cycle {month}",
    )
    return Report(name, whole, stated(session, asked), tables, checks, asked.made_at, asked.language, signed)


def named(area: str) -> dict[str, str]:
    """Give the cells of a ward: its code, empty where lines name none, and its name."""
    return {"area_code": area, "ward": ward_name(area) or "–"}


def same(what: Words, left: str, right: str, *tables: Table) -> Check:
    """Compare the sums of two columns, each named as in formulas: `detail.owed`.

    Args:
        what: what is compared
        left: a column of one of the tables, with a total
        right: the same
        tables: in which the columns are
    """
    known = {table.name: table.totals for table in tables}

    def value(named: str) -> int:
        table, _, key = named.partition(".")
        return int(known[table][key])

    return Check(what, f"SUM({{{left}}})", f"SUM({{{right}}})", (value(left), value(right)))
