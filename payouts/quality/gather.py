"""What the checks look at, out of the database: the last lists, people on record, what is said of them."""

import csv
import datetime as dt
from importlib import resources
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Select, String, select, type_coerce
from sqlmodel import Session, col, func

from payouts.cases.models import Case
from payouts.core.areas import wards
from payouts.core.banks import banks
from payouts.core.bulk import read_table
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.quality.rules import MOST_IN_HOUSEHOLD, rows_of
from payouts.registry.models import Enrolment, Payee
from payouts.registry.people import BENEFICIARY
from payouts.registry.stops import WHY, last_months
from payouts.runs.gather import last_runs
from payouts.runs.models import NOT_PAID, Verdict
from payouts.runs.paid_months import paid_months
from reconciliation import normalise as fold
from reconciliation.explain import reasons

LINE = table_behind(PayoutLine)
VERDICT = table_behind(Verdict)
ENROLMENT = table_behind(Enrolment)
PAYEE = table_behind(Payee)
CYCLE = table_behind(PayoutCycle)
MONTHS_BACK = 6  # that are looked at; who got nothing in all of them is told so, whatever was before
KEPT = (
    *("citizen_id", "full_name", "category_code", "area_code", "channel", "bank_code", "account_no"),
    *("account_name", "payee_name", "payee_citizen_id"),
)


def facts(session: Session, on: dt.date) -> dict[str, pa.Table]:
    """Gather all that the checks look at: name of a table of sql/ -> rows.

    Args:
        session: the transaction
        on: the day of the measurement; later cycles are not looked at
    """
    on_programme = select(ENROLMENT.c.beneficiary_id).where(ENROLMENT.c.until.is_(None))
    today = pa.array([on], pa.date32())
    return {
        "told_line": folded(_last_lines(session, on)),
        "beneficiary": _people(session),
        "enrolled": read_table(session, on_programme),
        "payee": payees(session),
        "stop": stops(session),
        "said": _deaths_said(session),
        "paid_month": read_table(session, _payments(on)),
        "measured": pa.table({"today": today, "most_in_household": [MOST_IN_HOUSEHOLD]}),
        **known(),
    }


def known() -> dict[str, pa.Table]:
    """Give what is known of wards, provinces, banks, categories and reasons."""
    return {
        "ward": pa.table({"code": list(wards()), "name": [ward.name for ward in wards().values()]}),
        "known_bank": pa.table({"code": list(banks())}),
        "province": _core("cccd_province_codes"),
        "century": _core("cccd_century_gender", whole=("century_from",)),
        "category_age": _typed(rows_of("category_ages"), whole=("from_age", "below_age")),
        "reason": _typed(reasons()),
    }


def month_before(month: str, back: int) -> str:
    """Give the month so many months before another: 2026-11 and 6 give 2026-05."""
    counted = int(month[:4]) * 12 + int(month[5:]) - 1 - back
    return f"{counted // 12}-{counted % 12 + 1:02}"


def folded(lines: pa.Table) -> pa.Table:
    """Fold what is compared of payout lines: names, account numbers; nothing is null but a birth date."""
    for name in KEPT:
        at = lines.schema.get_field_index(name)
        lines = lines.set_column(at, name, pc.fill_null(lines[name], ""))
    bare = fold.fold_account(lines["account_no"])
    made = {
        "name_key": fold.fold_name(lines["full_name"]),
        "holder_key": fold.fold_name(lines["account_name"]),
        "payee_key": fold.fold_name(lines["payee_name"]),
        "account_bare": bare,
        "account_key": fold.without_leading_zeros(bare),
    }
    for name, column in made.items():
        lines = lines.append_column(name, column)
    return lines


def _last_lines(session: Session, on: dt.date) -> pa.Table:
    """Read the lines of the last cycle of each programme that has any."""
    month = f"{on:%Y-%m}"
    some = select(LINE.c.id).where(LINE.c.cycle_id == CYCLE.c.id, LINE.c.ended_by == COUNTS).exists()
    last = (
        select(CYCLE.c.programme, func.max(CYCLE.c.cycle).label("cycle"))
        .where(CYCLE.c.cycle <= month, some)
        .group_by(CYCLE.c.programme)
        .subquery()
    )
    query = (
        select(
            *(LINE.c[name] for name in ("id", *KEPT)),
            LINE.c.date_of_birth.label("born"),
            CYCLE.c.programme,
            CYCLE.c.cycle,
        )
        .join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
        .join(last, (last.c.programme == CYCLE.c.programme) & (last.c.cycle == CYCLE.c.cycle))
        .where(LINE.c.ended_by == COUNTS)
    )
    return read_table(session, query)


def _people(session: Session) -> pa.Table:
    names = ("id", "citizen_id", "full_name", "category_code", "area_code", "sex", "card_expires_on")
    born = BENEFICIARY.c.date_of_birth.label("born")
    people = read_table(session, select(*(BENEFICIARY.c[name] for name in names), born))
    return people.append_column("name_key", fold.fold_name(people["full_name"]))


def payees(session: Session) -> pa.Table:
    """Read who receives for whom today, by the registry."""
    query = select(PAYEE.c.beneficiary_id, PAYEE.c.full_name).where(PAYEE.c.ended_at.is_(None))
    rows = read_table(session, query)
    return rows.append_column("name_key", fold.fold_name(rows["full_name"]))


def stops(session: Session) -> pa.Table:
    """Read who is owed nothing after a month, under each number of theirs, and why."""
    found = [
        (number, why, month) for why in WHY for number, month in last_months(session, why=(why,)).items()
    ]
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    return pa.table(
        {
            name: pa.array(column, pa.string())
            for name, column in zip(("citizen_id", "why", "last_month"), columns, strict=True)
        }
    )


def _payments(on: dt.date) -> Select[Any]:
    """Select what was paid of late, and said last, to each person to whom a payment was not paid."""
    since = CYCLE.c.cycle >= month_before(f"{on:%Y-%m}", MONTHS_BACK)
    runs = last_runs()
    unpaid = (
        select(LINE.c.citizen_id)
        .select_from(runs)
        .join(CYCLE, CYCLE.c.id == runs.c.cycle_id)
        .join(VERDICT, VERDICT.c.run_id == runs.c.run_id)
        .join(LINE, LINE.c.id == VERDICT.c.payout_line_id)
        .where(since, NOT_PAID, VERDICT.c.verdict != "offline")
    )
    of_late = (
        paid_months()
        .add_columns(func.min(CYCLE.c.cycle).label("first_month"))
        .where(since, LINE.c.citizen_id.in_(unpaid))
        .subquery()
    )
    texts = ("last_paid", "first_month", "last_month", "last_verdict", "last_reason")
    return select(
        of_late.c.beneficiary_id, *(type_coerce(of_late.c[name], String).label(name) for name in texts)
    )


def _deaths_said(session: Session) -> pa.Table:
    """Read of whom somebody says that they died, which is being checked."""
    query = (
        select(LINE.c.citizen_id)
        .distinct()
        .join(Case, col(Case.payout_line_id) == LINE.c.id)
        .where(col(Case.kind) == "death_check", col(Case.state) != "closed")
    )
    return read_table(session, query)


def _core(name: str, whole: tuple[str, ...] = ()) -> pa.Table:
    text = (resources.files("payouts.core") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return _typed(list(csv.DictReader(text.splitlines())), whole)


def _typed(rows: list[dict[str, str]], whole: tuple[str, ...] = ()) -> pa.Table:
    """Make a table of rows of text; `whole` names the columns of whole numbers, where empty is null."""
    return pa.table(
        {
            name: [int(row[name]) if row[name] else None for row in rows]
            if name in whole
            else [row[name] for row in rows]
            for name in rows[0]
        }
    )
