"""Pages of exceptions are found by an index, though lines that are paid stand in none on SQLite."""

import pytest
from sqlalchemy import select, text

from payouts.core.tables import table_behind
from payouts.runs.models import NOT_PAID, Verdict
from tests.facts import Office

VERDICT = table_behind(Verdict)


@pytest.mark.parametrize("by_area", [False, True])
def test_exceptions_are_found_by_their_index(office: Office, *, by_area: bool) -> None:
    if not office.database.sqlite:
        return  # PostgreSQL keeps all lines in both indexes, and picks by what it has counted
    office.owe(*({"line_ref": f"L{number}"} for number in range(500)))
    office.say("kq.csv", *({"end_to_end_id": f"L{number}"} for number in range(499)))
    office.run()
    area = [VERDICT.c.area_code == "00004"] if by_area else []
    query = select(VERDICT.c.owed).where(
        VERDICT.c.run_id == 1, VERDICT.c.verdict == "failed", NOT_PAID, *area
    )
    asked = query.compile(office.database.engine, compile_kwargs={"literal_binds": True})
    with office.database.reading() as session:
        plan = " ".join(row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {asked}")))
    assert "USING INDEX ix_verdict_run_id" in plan
    assert ("area_code=?" in plan) is by_area
