"""What runs say, as queries: a cycle at a glance, verdicts page by page, the lines behind a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping
from sqlmodel import Session, col, func, select

from payouts.core.errors import NotFoundError
from payouts.core.keys import line_key
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList
from payouts.lists.parts import PARTS
from payouts.lists.rules import COUNTS
from payouts.runs.models import NOT_PAID, RuleSet, Run, RunRecord, Verdict, VerdictTotal
from payouts.settlements.models import SettlementFile, SettlementLine
from reconciliation.tables import VERDICTS

LINE = table_behind(PayoutLine)
VERDICT = table_behind(Verdict)
SHOWN = (
    *(
        "line_ref",
        "citizen_id",
        "full_name",
        "date_of_birth",
        "area_code",
        "category_code",
        "period",
        "channel",
    ),
    *("bank_code", "account_no", "account_name", "payee_name", "payee_citizen_id", "note", "list_id", "row"),
    *(*PARTS, "carried_from"),
)
SAID = ("verdict", "owed", "settled", "reason_code", "differences", "rule", "evidence", "explanation")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and where the next page begins; None on the last."""

    items: list[RowMapping]
    next: str | None


def find_cycle(session: Session, programme: str, cycle: str, scope: Scope) -> PayoutCycle:
    """Find a cycle.

    Raises:
        NotFoundError: there is none, or its programme lies outside the scope
    """
    found = session.exec(
        select(PayoutCycle).where(PayoutCycle.programme == programme, PayoutCycle.cycle == cycle)
    ).one_or_none()
    if found is None or (scope.programmes is not None and programme not in scope.programmes):
        raise NotFoundError(
            "no_such_cycle",
            f"Chưa có kỳ chi trả {cycle} của chương trình {programme}. Hãy nhập danh sách chi trả trước.",
        )
    return found


def cycles(session: Session, scope: Scope) -> list[PayoutCycle]:
    """List the cycles within a scope, the latest first."""
    query = select(PayoutCycle).where(*scope.conditions(programme=PayoutCycle.programme))
    return list(session.exec(query.order_by(col(PayoutCycle.cycle).desc(), col(PayoutCycle.programme))))


def last_run(session: Session, cycle_id: int) -> Run | None:
    """Find the last run done of a cycle."""
    return session.exec(
        select(Run)
        .where(Run.cycle_id == cycle_id, Run.state == "done")
        .order_by(col(Run.number).desc())
        .limit(1)
    ).one_or_none()


def done_run(session: Session, cycle: PayoutCycle, number: int | None = None) -> Run | None:
    """Find a run done of a cycle by its number, or the last one; None where none is done.

    Raises:
        NotFoundError: no run of that number is done
    """
    if number is None:
        return last_run(session, cycle.id or 0)
    found = session.exec(
        select(Run).where(Run.cycle_id == cycle.id, Run.number == number, Run.state == "done")
    ).one_or_none()
    if found is None:
        raise NotFoundError(
            "no_such_run",
            f"Kỳ {cycle.cycle} của {cycle.programme} không có lần đối chiếu số {number} đã xong.",
        )
    return found


def rules_of(session: Session, runs: Sequence[int]) -> dict[int, RuleSet]:
    """Find the rules by which runs judged: run id -> rules; runs that recorded none are left out."""
    rows = session.exec(
        select(RunRecord.run_id, RuleSet)
        .join(RuleSet, col(RuleSet.hash) == RunRecord.rule_set)
        .where(col(RunRecord.run_id).in_(runs))
    )
    return dict(iter(rows))


def runs_of(session: Session, cycle_id: int) -> list[Run]:
    """List all runs of a cycle, the latest first."""
    return list(session.exec(select(Run).where(Run.cycle_id == cycle_id).order_by(col(Run.number).desc())))


def cycle_summary(
    session: Session, programme: str, cycle: str, scope: Scope, *, run: int | None = None
) -> dict[str, Any]:
    """Add up a cycle as its last run sees it, or an earlier one saw it, within a scope.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        scope: the areas and programmes to count
        run: number of the run, the last one by default

    Returns:
        programme, cycle, deadline, run (number, as_of) or None, owed {lines, amount} and verdicts {verdict:
        {lines, owed, settled}}; money in đồng

    Raises:
        NotFoundError: there is no such cycle in the scope, or no such run of it
    """
    found = find_cycle(session, programme, cycle, scope)
    judged = done_run(session, found, run)
    by_verdict = totals_of(session, [judged.id or 0], scope).get(judged.id or 0, {}) if judged else {}
    owed = owed_of(session, found, scope)
    if run is not None:
        owed = {
            "lines": sum(sums["lines"] for sums in by_verdict.values()),
            "amount": sum(sums["owed"] for sums in by_verdict.values()),
        }
    return {
        "programme": programme,
        "cycle": cycle,
        "deadline": found.deadline,
        "run": {"number": judged.number, "as_of": judged.as_of, "done_at": judged.done_at}
        if judged
        else None,
        "owed": owed,
        "verdicts": {
            name: {each: by_verdict[name][each] for each in ("lines", "owed", "settled")}
            for name in VERDICTS
            if name in by_verdict
        },
    }


def verdict_page(
    session: Session,
    programme: str,
    cycle: str,
    scope: Scope,
    *,
    verdict: str | None = None,
    area: str | None = None,
    run: int | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Page:
    """List what a run of a cycle says, with the payout lines, in the order of lists and rows.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        scope: the areas and programmes to show
        verdict: only this one
        area: only this area code
        run: number of the run, the last one by default
        cursor: where the page begins: `next` of the page before
        limit: most rows of a page

    Returns:
        rows of payout_line_id, SHOWN and SAID; no rows where no run is done

    Raises:
        NotFoundError: there is no such cycle in the scope, no such run, or no such place to begin
    """
    judged = done_run(session, find_cycle(session, programme, cycle, scope), run)
    if judged is None:
        return Page([], None)
    wanted: list[ColumnElement[bool]] = [
        VERDICT.c.run_id == judged.id,
        *scope.conditions(area=VERDICT.c.area_code),
    ]
    if verdict:
        wanted += [VERDICT.c.verdict == verdict] + [NOT_PAID] * (verdict != "paid")
    if area:
        wanted.append(VERDICT.c.area_code == area)
    if cursor:
        wanted.append(VERDICT.c.payout_line_id > place(cursor))
    rows = session.execute(
        select(
            VERDICT.c.payout_line_id, *(LINE.c[name] for name in SHOWN), *(VERDICT.c[name] for name in SAID)
        )
        .join(LINE, LINE.c.id == VERDICT.c.payout_line_id)
        .where(*wanted)
        .order_by(VERDICT.c.payout_line_id)
        .limit(limit + 1)
    )
    items = list(rows.mappings())
    return Page(items[:limit], str(items[limit - 1]["payout_line_id"]) if len(items) > limit else None)


def place(cursor: str) -> int:
    """Read the key out of a cursor.

    Raises:
        NotFoundError: it is none that a page gave
    """
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < len(str(2**63))):
        raise NotFoundError("no_such_page", "Trang này không có. Hãy bắt đầu lại từ trang đầu.")
    return int(cursor)


def evidence_lines(session: Session, evidence: str | None) -> list[RowMapping]:
    """Find the settlement lines that a verdict names as `file:line;file:line`.

    Returns:
        rows of label (the file's name in evidence), sender (the bank that sent it), filename, format and the
        line's own columns
    """
    named = [each.rpartition(":") for each in (evidence or "").split(";") if each]
    files = session.exec(
        select(SettlementFile).where(col(SettlementFile.label).in_({name for name, _, _ in named}))
    )
    by_label = {file.label: file for file in files}
    ids = [line_key(by_label[name].id or 0, int(line)) for name, _, line in named if name in by_label]
    line = table_behind(SettlementLine)
    file = table_behind(SettlementFile)
    rows = session.execute(
        select(file.c.label, file.c.filename, file.c.format, file.c.bank_code.label("sender"), *line.c)
        .join(file, file.c.id == line.c.file_id)
        .where(line.c.id.in_(ids))
        .order_by(file.c.label, line.c.line)
    )
    return list(rows.mappings())


def totals_of(session: Session, runs: Sequence[int], scope: Scope) -> dict[int, dict[str, dict[str, int]]]:
    """Add up what runs say within a scope: run id -> verdict -> lines, owed, settled and paid (đồng)."""
    names = ("lines", "owed", "settled", "paid")
    rows = session.execute(
        select(
            col(VerdictTotal.run_id),
            col(VerdictTotal.verdict),
            *(func.sum(getattr(VerdictTotal, name)) for name in names),
        )
        .where(col(VerdictTotal.run_id).in_(runs), *scope.conditions(area=VerdictTotal.area_code))
        .group_by(col(VerdictTotal.run_id), col(VerdictTotal.verdict))
    )
    found: dict[int, dict[str, dict[str, int]]] = {}
    for run_id, verdict, *sums in rows:
        found.setdefault(run_id, {})[verdict] = dict(zip(names, map(int, sums), strict=True))
    return found


def owed_of(session: Session, cycle: PayoutCycle, scope: Scope) -> dict[str, int]:
    """Add up the payout lines of a cycle; a whole programme's stand on the receipts of its lists.

    Returns:
        lines, and amount in đồng
    """
    if scope.areas is None:
        sums = select(func.sum(PayoutList.good_lines), func.sum(PayoutList.amount)).where(
            PayoutList.cycle_id == cycle.id,
            PayoutList.state == "accepted",
            col(PayoutList.superseded_by).is_(None),
        )
    else:
        sums = select(func.count(), func.sum(PayoutLine.amount)).where(
            PayoutLine.cycle_id == cycle.id,
            PayoutLine.ended_by == COUNTS,
            *scope.conditions(area=PayoutLine.area_code),
        )
    lines, amount = session.execute(sums).one()
    return {"lines": int(lines or 0), "amount": int(amount or 0)}
