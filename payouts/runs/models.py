"""Runs, verdicts, dispositions and the evidence that links them, as kept in the database.

The bulk tables carry no foreign keys: their rows are written by one statement a table, out of lines just
read, inside the transaction that makes the run, and no line is ever deleted.
"""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    false,
    literal_column,
    text,
)
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment
from payouts.core.tables import table_behind


class Run(SQLModel, table=True):
    """One reconciliation of a cycle: numbered, kept, never changed once it is done."""

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("cycle_id", "number"),
        UniqueConstraint("cycle_id", "after_run_id"),
        UniqueConstraint("cycle_id", "after_file_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    cycle_id: int = Field(foreign_key="payout_cycle.id", sa_type=Key)
    number: int = Field(sa_type=BigInteger)  # from 1, in the cycle
    as_of: dt.date
    state: str = "waiting"  # then done, or refused (the sums did not tie; nothing of it counts)
    asked_at: dt.datetime = Field(sa_type=Moment)
    asked_by: str
    after_run_id: int | None = Field(
        default=None, foreign_key="run.id", sa_type=Key
    )  # the run of another cycle that led to it, and
    after_file_id: int | None = Field(
        default=None, foreign_key="settlement_file.id", sa_type=Key
    )  # the file that did: one run of a cycle each
    done_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    summary: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # as summary.json of `chitra match`
    told: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # subscribers were told of it; see webhooks.telling


class Verdict(SQLModel, table=True):
    """What a run says of one payout line: one row a line a run, by the primary key.

    The lines that are paid, nearly all, stand in no other index: the primary key finds them.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        Index(
            "ix_verdict_run_id_verdict_payout_line_id",
            *("run_id", "verdict", "payout_line_id"),
            sqlite_where=text("verdict <> 'paid'"),
            postgresql_where=text("verdict <> 'paid'"),
        ),
        Index(
            "ix_verdict_run_id_area_code_verdict_payout_line_id",
            *("run_id", "area_code", "verdict", "payout_line_id"),
            sqlite_where=text("verdict <> 'paid'"),
            postgresql_where=text("verdict <> 'paid'"),
        ),
        {"sqlite_with_rowid": False},
    )

    run_id: int = Field(primary_key=True, sa_type=Key)
    payout_line_id: int = Field(primary_key=True, sa_type=Key)
    area_code: str | None = None
    verdict: str
    owed: int = Field(sa_type=BigInteger)  # đồng
    settled: int = Field(sa_type=BigInteger)  # đồng that stand
    reason_code: str | None = None
    differences: str | None = None  # joined by ";"
    rule: str | None = None
    evidence: str | None = None  # file:line joined by ";"
    explanation: str | None = None  # in Vietnamese


# A query that asks for other verdicts must say so in these words, or SQLite passes the indexes by.
NOT_PAID = table_behind(Verdict).c.verdict != literal_column("'paid'")


class Disposition(SQLModel, table=True):
    """What a run says of one settlement line that it looked at."""

    __tablename__ = "disposition"
    __table_args__ = ({"sqlite_with_rowid": False},)

    run_id: int = Field(primary_key=True, sa_type=Key)
    settlement_line_id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    disposition: str
    line_refs: str | None = None  # joined by ";"
    rule: str | None = None
    cycle_id: int | None = Field(default=None, sa_type=Key)  # the cycle whose payout lines alone it serves
    payout_line_id: int | None = Field(default=None, sa_type=Key)  # the one line that it is evidence for


class EvidenceLink(SQLModel, table=True):
    """One settlement line that stands in the evidence of one payout line's verdict, or might.

    A pair in which neither line has another is not here: see Disposition.payout_line_id, runs.evidence.
    """

    __tablename__ = "evidence_link"
    __table_args__ = (
        Index("ix_evidence_link_settlement_line_id", "settlement_line_id", "run_id"),
        {"sqlite_with_rowid": False},
    )

    run_id: int = Field(primary_key=True, sa_type=Key)
    payout_line_id: int = Field(primary_key=True, sa_type=Key)
    settlement_line_id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    rule: str | None = None
    role: str | None = None


class Standing(SQLModel, table=True):
    """Where the current disposition of a settlement line stands, over all cycles: the run that looked last.

    A line that no cycle claims is looked at again by every run.
    """

    __tablename__ = "standing"
    __table_args__ = (Index("ix_standing_cycle_id_settlement_line_id", "cycle_id", "settlement_line_id"),)

    settlement_line_id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    run_id: int = Field(sa_type=Key)
    cycle_id: int | None = Field(default=None, sa_type=Key)  # the cycle whose payout lines alone it serves


class FallenLine(SQLModel, table=True):
    """A payout line whose verdict of a run lost evidence since: open until the next run."""

    __tablename__ = "fallen_line"

    run_id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    payout_line_id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})


class ConcernedCycle(SQLModel, table=True):
    """Another cycle of whose payout lines a run says something new: it is to be judged anew."""

    __tablename__ = "concerned_cycle"

    run_id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    cycle_id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    lines: int = Field(sa_type=BigInteger)  # settlement lines of which something else is said


class RuleSet(SQLModel, table=True):
    """The text of a rule file by which runs judged: one row a content, kept for good."""

    __tablename__ = "rule_set"

    hash: str = Field(primary_key=True)  # SHA-256 of the text
    version: str
    valid_from: dt.date
    text: str
    first_used_at: dt.datetime = Field(sa_type=Moment)


class RunRecord(SQLModel, table=True):
    """What a run went by, so that it can be judged again; written with the run, and never changed."""

    __tablename__ = "run_record"

    run_id: int = Field(
        primary_key=True, foreign_key="run.id", sa_type=Key, sa_column_kwargs={"autoincrement": False}
    )
    rule_set: str = Field(foreign_key="rule_set.hash")
    program: str  # the version of chitra
    facts: bytes = Field(sa_type=LargeBinary)  # what its verdicts and dispositions do not name; see record.py


class VerdictTotal(SQLModel, table=True):
    """What a run's verdicts add up to in one area: a page of counts reads these few rows, not all lines."""

    __tablename__ = "verdict_total"

    run_id: int = Field(primary_key=True, sa_type=Key)
    area_code: str = Field(primary_key=True)  # empty where lines name none
    verdict: str = Field(primary_key=True)
    lines: int = Field(sa_type=BigInteger)
    owed: int = Field(sa_type=BigInteger)  # đồng, as all below
    settled: int = Field(sa_type=BigInteger)
    paid: int = Field(sa_type=BigInteger)  # of the settled money, what the right person was owed


class BankTotal(SQLModel, table=True):
    """What a run's verdicts add up to in one area at one bank of beneficiaries; see VerdictTotal."""

    __tablename__ = "bank_total"

    run_id: int = Field(primary_key=True, sa_type=Key)
    area_code: str = Field(primary_key=True)  # empty where lines name none
    bank_code: str = Field(primary_key=True)  # empty where the money goes through none
    verdict: str = Field(primary_key=True)
    lines: int = Field(sa_type=BigInteger)
    owed: int = Field(sa_type=BigInteger)  # đồng, as all below
    settled: int = Field(sa_type=BigInteger)
    paid: int = Field(sa_type=BigInteger)


class Suggestion(SQLModel, table=True):
    """A settlement line that may belong to an open payout line, for a person to confirm; never evidence."""

    __tablename__ = "suggestion"
    __table_args__ = ({"sqlite_with_rowid": False},)

    run_id: int = Field(primary_key=True, sa_type=Key)
    payout_line_id: int = Field(primary_key=True, sa_type=Key)
    settlement_line_id: int = Field(primary_key=True, sa_type=Key)
    score: int  # of 100
    compared: str


class MatchDecision(SQLModel, table=True):
    """What somebody decided of one payout line and one line of a bank, or proposes to a second person.

    Each of its moments is written once and never changed: who proposed, who checked, who undid it. One
    decision that stands is held for a pair, and one payout line for a line of a bank, by the database.
    """

    __tablename__ = "match_decision"
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('done', 'undone') OR kind NOT IN ('force', 'name')"
            " OR (checked_by IS NOT NULL AND checked_by <> proposed_by)",
            name="two_people",
        ),
        Index("ix_match_decision_state_id", "state", "id"),
        Index("ix_match_decision_settlement_line_id", "settlement_line_id"),
        Index(
            "uq_match_decision_pair",
            *("payout_line_id", "settlement_line_id"),
            unique=True,
            sqlite_where=text("state IN ('waiting', 'done') AND kind <> 'name'"),
            postgresql_where=text("state IN ('waiting', 'done') AND kind <> 'name'"),
        ),
        Index(
            "uq_match_decision_name",
            *("payout_line_id", "settlement_line_id"),
            unique=True,
            sqlite_where=text("state IN ('waiting', 'done') AND kind = 'name'"),
            postgresql_where=text("state IN ('waiting', 'done') AND kind = 'name'"),
        ),
        Index(
            "uq_match_decision_claimed",
            "settlement_line_id",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'done') AND kind IN ('confirm', 'force')"),
            postgresql_where=text("state IN ('waiting', 'done') AND kind IN ('confirm', 'force')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    payout_line_id: int = Field(foreign_key="payout_line.id", sa_type=Key, index=True)
    settlement_line_id: int = Field(foreign_key="settlement_line.id", sa_type=Key)
    kind: str  # a key of rules.MATCH_KINDS
    reason: str | None = None
    run_id: int | None = Field(default=None, sa_type=Key)  # the run that suggested it
    score: int | None = None  # of 100, as it was suggested; none for a candidate of a line to be looked at
    proposed_at: dt.datetime = Field(sa_type=Moment)
    proposed_by: str
    state: str = "waiting"  # for a second person; then done, declined or taken_back; done may become undone
    checked_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    checked_by: str | None = None
    note: str | None = None  # of the second person
    undone_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    undone_by: str | None = None
    undone_why: str | None = None
