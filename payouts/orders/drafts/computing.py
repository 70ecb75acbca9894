"""Computes a draft from its facts, in SQL on tables in memory, and proves that its effects add up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import duckdb
import pyarrow as pa
from sqlmodel import Session

from payouts.core.allowances import Tariff, categories
from payouts.core.errors import ConflictError
from payouts.lists.models import PayoutCycle
from payouts.orders.drafts import facts
from payouts.orders.drafts.rules import CARRIED, EFFECTS, MOST_MONTHS_BACK, UNSETTLED
from payouts.registry.stops import last_months, suspended_since

# The columns of the list as they are written; the reader knows them by these names.
COLUMNS = (
    *("citizen_id", "full_name", "date_of_birth", "category_code", "area_code", "hamlet", "amount"),
    *("amount_current", "amount_carried_over", "amount_arrears", "amount_deducted", "carried_from", "period"),
    *("channel", "bank_code", "account_no", "account_name", "payee_name", "payee_citizen_id"),
)


@dataclass(frozen=True, slots=True)
class Computed:
    """A draft.

    Attributes:
        lines: the list, COLUMNS
        effects: number, kind, citizen_id, full_name, area_code, category_code, amount, before, after, about
        base_lines: regular lines of the cycle before
        base_amount: what they came to, in đồng
        lost: of their people, how many are not on the list
    """

    lines: pa.Table
    effects: pa.Table
    base_lines: int
    base_amount: int
    lost: int


def compute(
    session: Session, base: PayoutCycle, cycle: str, tariff: Tariff, deductible: Mapping[str, int]
) -> Computed:
    """Compute what a cycle owes, from the one before it.

    Args:
        session: the transaction, for reading
        base: the cycle before
        cycle: the month to open, 2026-12
        tariff: the programme's base amounts
        deductible: identity number -> đồng that decisions let be taken off in that month at most

    Raises:
        ConflictError: `draft_broken`, the effects do not add up: nothing may come of it
    """
    programme = base.programme
    with duckdb.connect(config={"threads": 2}) as work:
        work.execute(f"CREATE MACRO cycle() AS '{cycle}'")
        work.execute(f"CREATE MACRO base_cycle() AS '{base.cycle}'")
        work.execute(f"CREATE MACRO base_opens() AS DATE '{base.opens_on.isoformat()}'")
        for name, table in _tables(session, base, cycle, tariff, deductible):
            _keep(work, name, table)
        _price(work, tariff, base.cycle, cycle)
        news = work.execute(
            "SELECT citizen_id FROM people WHERE citizen_id NOT IN "
            "(SELECT citizen_id FROM base WHERE citizen_id IS NOT NULL)"
        ).fetchall()
        listed = facts.ever_listed(session, programme, [row[0] for row in news])
        _keep(work, "listed", _column("citizen_id", sorted(listed)))
        work.execute(
            "CREATE TABLE news AS SELECT p.*, s.amount AS since_before, p.since > base_cycle() "
            "OR p.citizen_id NOT IN (SELECT citizen_id FROM listed) AS fresh "
            "FROM people p LEFT JOIN since_sums s ON s.since = p.since AND s.category_code = p.category_code"
        )
        work.execute(_sql("draft"))
        return _result(work)


def _tables(
    session: Session, base: PayoutCycle, cycle: str, tariff: Tariff, deductible: Mapping[str, int]
) -> Iterator[tuple[str, pa.Table]]:
    programme = base.programme
    yield "base", facts.lines_of(session, base)
    yield "people", facts.people_of(session, programme, cycle)
    yield "accounts", facts.accounts_of(session, programme)
    yield "debts", facts.debts_of(session, programme, cycle)
    yield "past_lines", facts.past_lines(session, programme, _first_changed(tariff, cycle), cycle)
    yield "stops", _pairs(last_months(session), "last_month")
    yield "suspended", _pairs(suspended_since(session, programme), "since")
    yield "ended", _pairs(facts.ended(session, programme), "until")
    yield "resumed", _amounts(facts.resumed(session, programme, base), "arrears")
    yield "deductions", _amounts(deductible, "most")
    yield "grants", _column("code", (code for code, each in categories().items() if not each.monthly))
    yield "carried_verdicts", _column("verdict", CARRIED)
    yield "unsettled_verdicts", _column("verdict", UNSETTLED)


def _first_changed(tariff: Tariff, cycle: str) -> str:
    """Give the month since which the base of a cycle holds: months before it owed less by right."""
    rate = tariff.base(cycle)
    first = f"{rate.valid_from:%Y-%m}" if rate else cycle
    if rate and rate.valid_from.day > 1:
        first = months_from(first, 1)
    return first if first >= months_from(cycle, -MOST_MONTHS_BACK) else cycle


def _price(work: duckdb.DuckDBPyConnection, tariff: Tariff, base_cycle: str, cycle: str) -> None:
    """Say what each kind of line comes to now, and came to by right in the months before."""
    work.execute(_sql("prices"))
    asked = work.execute("SELECT DISTINCT coalesce(category_code, ''), was FROM regular").fetchall()
    rows = [(code, amount, _due(tariff, code, amount, base_cycle, cycle)) for code, amount in asked]
    _keep_rows(work, "priced", ("category_code", "amount", "due"), rows)
    asked = work.execute("SELECT DISTINCT coalesce(category_code, ''), month, listed FROM past").fetchall()
    due = [(code, month, amount, _due(tariff, code, amount, month, month)) for code, month, amount in asked]
    _keep_rows(work, "entitled", ("category_code", "month", "amount", "due"), due)
    prices = [(code, tariff.monthly(code, cycle)) for code in categories()]
    _keep_rows(work, "new_prices", ("category_code", "amount"), prices)
    asked = work.execute("SELECT DISTINCT category_code, since FROM people WHERE since < cycle()").fetchall()
    sums = [(code, since, _since(tariff, code, since, cycle)) for code, since in asked if code]
    _keep_rows(work, "since_sums", ("category_code", "since", "amount"), sums)


def _due(tariff: Tariff, category: str, amount: int, listed: str, month: str) -> int | None:
    """Say what an amount listed in one month comes to in another; None where no table gives it."""
    times, one = (
        tariff.times(category, amount, listed) if amount > 0 else None,
        tariff.monthly(category, month),
    )
    return times * one if times and one else None


def _since(tariff: Tariff, category: str, since: str, cycle: str) -> int:
    """Add up the months from which somebody is on a programme up to the one that is opened."""
    total, month = 0, max(since, months_from(cycle, -MOST_MONTHS_BACK))
    while month < cycle:
        total += tariff.monthly(category, month) or 0
        month = months_from(month, 1)
    return total


def months_from(month: str, count: int) -> str:
    """Give the month so many months after one, or before it."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + count, 12)
    return f"{year:04}-{number + 1:02}"


def _result(work: duckdb.DuckDBPyConnection) -> Computed:
    lines = work.sql("SELECT * FROM list ORDER BY area_code NULLS LAST, hamlet NULLS LAST, sort")
    counting = ", ".join(f"'{name}'" for name, each in EFFECTS.items() if each.counts)
    effects = work.sql(
        "SELECT row_number() OVER (ORDER BY kind, area_code, full_name, citizen_id, about)::BIGINT AS number,"
        " * FROM effects ORDER BY number"
    )
    base_lines, base_amount = _one(work, "SELECT count(*), coalesce(sum(was), 0)::BIGINT FROM regular")
    [total] = _one(work, "SELECT coalesce(sum(amount), 0)::BIGINT FROM list")
    [moved] = _one(work, f"SELECT coalesce(sum(amount), 0)::BIGINT FROM effects WHERE kind IN ({counting})")  # noqa: S608  # the same
    if base_amount + moved != total:
        raise ConflictError(
            "draft_broken",
            "Các khoản tăng giảm cộng lại không bằng chênh lệch giữa hai kỳ. Hãy báo người quản trị.",
        )
    [lost] = _one(work, "SELECT count(*) FROM standing WHERE off IS NOT NULL")
    return Computed(
        lines.to_arrow_table().select(COLUMNS), effects.to_arrow_table(), base_lines, base_amount, lost
    )


def _one(work: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    [row] = work.execute(query).fetchall()
    return tuple(row)


def _sql(name: str) -> str:
    return (resources.files("payouts.orders.drafts") / f"{name}.sql").read_text(encoding="utf-8")


def _keep(work: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    work.register("given", table)
    work.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608  # names of our own
    work.unregister("given")


def _keep_rows(
    work: duckdb.DuckDBPyConnection, name: str, names: tuple[str, ...], found: list[tuple[Any, ...]]
) -> None:
    """Keep rows whose last value is known."""
    rows = [row for row in found if row[-1]]
    kinds = {"category_code": pa.string(), "month": pa.string(), "since": pa.string()}
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    given = {
        each: pa.array(list(column), kinds.get(each, pa.int64()))
        for each, column in zip(names, columns, strict=True)
    }
    _keep(work, name, pa.table(given))


def _pairs(found: Mapping[str, str], name: str) -> pa.Table:
    return pa.table(
        {"citizen_id": pa.array(list(found), pa.string()), name: pa.array(list(found.values()), pa.string())}
    )


def _amounts(found: Mapping[str, int], name: str) -> pa.Table:
    return pa.table(
        {"citizen_id": pa.array(list(found), pa.string()), name: pa.array(list(found.values()), pa.int64())}
    )


def _column(name: str, values: Iterable[str]) -> pa.Table:
    return pa.table({name: pa.array(list(values), pa.string())})
