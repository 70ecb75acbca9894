"""What the judgement says, as rows: verdicts, dispositions, links and suggestions of one run, in bulk."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from payouts.core import clock
from payouts.core.bulk import insert_table, weigh
from payouts.core.tables import table_behind
from payouts.runs.concerned import note_concerned
from payouts.runs.gather import Facts
from payouts.runs.models import (
    BankTotal,
    Disposition,
    EvidenceLink,
    Run,
    Standing,
    Suggestion,
    Verdict,
    VerdictTotal,
)
from payouts.runs.rules import EVIDENCE, RIGHT_PERSON, SERVING
from reconciliation.conservation import ConservationError
from reconciliation.results import Result

NO_CYCLE = 0  # stands for "open somewhere" while claims are made up; no cycle has this id


def keep(session: Session, run: Run, facts: Facts, result: Result) -> Run:
    """Keep what a run says and call it done.

    Args:
        session: the transaction
        run: the run, numbered and waiting
        facts: what was judged
        result: what the judgement says of it

    Raises:
        ConservationError: a line or an amount of the facts is missing, doubled or changed in the result
    """
    keys = _Keys(facts)
    with ThreadPoolExecutor(max_workers=1) as beside:  # while the database takes the rows before
        dispositions = beside.submit(_dispositions, run, facts, result, keys)
        links = beside.submit(lambda: _once(_pairs(run, result.links, keys, ["rule", "role"])))
        suggestions = _pairs(run, result.suggestions, keys, ["score", "compared"])
        verdicts = _verdicts(run, facts, result, keys)
        insert_table(session, table_behind(Verdict), verdicts)
        by_bank = _totals(facts, verdicts)
        insert_table(session, table_behind(BankTotal), by_bank)
        insert_table(session, table_behind(VerdictTotal), _sums(by_bank, "run_id", "area_code", "verdict"))
        insert_table(session, table_behind(Disposition), dispositions.result())
        insert_table(session, table_behind(EvidenceLink), links.result())
        insert_table(session, table_behind(Suggestion), suggestions)
    _check(facts, verdicts, dispositions.result(), result)
    weigh(session, table_behind(Verdict))
    note_concerned(session, run, facts, dispositions.result())
    _move_standings(session, run, facts)
    run.state, run.done_at, run.summary = "done", clock.now(), {**result.summary, **_decided(facts, result)}
    session.add(run)
    return run


def _decided(facts: Facts, result: Result) -> dict[str, Any]:
    """Say for the summary how many decisions of people a run heard, and which it could not follow."""
    unfollowed = facts.decided.not_followed(result.not_followed)
    if not facts.decided.ids and not unfollowed:
        return {}
    told = {str(decision): why for decision, why in sorted(unfollowed.items())}
    return {"decisions": {"heard": len(facts.decided.ids), "not_followed": told}}


class _Keys:
    """The keys of lines by the names that the judgement uses."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._files = pc.unique(facts.reported["file"])
        first = pc.index_in(self._files, facts.reported["file"])
        self._file_keys = pc.subtract(
            facts.settlement_line_id.take(first), facts.reported["line"].take(first)
        )

    def payout_lines(self, line_refs: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the keys of payout lines by their references."""
        return self._facts.payout_line_id.take(self.places(line_refs))

    def places(self, line_refs: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the rows of expected by their references."""
        return pc.index_in(line_refs, self._facts.expected["line_ref"])

    def settlement_lines(self, files: pa.ChunkedArray, lines: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the keys of settlement lines by file and line."""
        return pc.add(self._file_keys.take(pc.index_in(files, self._files)), lines)


def _verdicts(run: Run, facts: Facts, result: Result, keys: _Keys) -> pa.Table:
    given = result.verdicts
    place = keys.places(given["line_ref"])
    rows = {
        "run_id": pa.repeat(pa.scalar(run.id, pa.int64()), given.num_rows),
        "payout_line_id": facts.payout_line_id.take(place),
        "area_code": facts.area_code.take(place),
        **{name: _known(given[name]) for name in given.column_names if name != "line_ref"},
    }
    return _in_order(pa.table(rows), "payout_line_id")


def _dispositions(run: Run, facts: Facts, result: Result, keys: _Keys) -> pa.Table:
    given = result.dispositions
    lines = keys.settlement_lines(given["file"], given["line"])
    place = keys.places(given["line_refs"])  # null where a line names none, or several
    rows = {
        "run_id": pa.repeat(pa.scalar(run.id, pa.int64()), given.num_rows),
        "settlement_line_id": lines,
        **{name: _known(given[name]) for name in ("disposition", "line_refs", "rule")},
        "cycle_id": _claims(facts, given, lines, place, keys),
        "payout_line_id": _alone(facts, given, place),
    }
    return _in_order(pa.table(rows), "settlement_line_id")


def _in_order(rows: pa.Table, key: str) -> pa.Table:
    """Sort rows by their key, unless they are: results come by reference, often in the order of the lines."""
    keys = rows[key].combine_chunks()
    return rows if pc.all(pc.less(keys[:-1], keys[1:])).as_py() is not False else rows.sort_by(key)


def _claims(
    facts: Facts, given: pa.Table, lines: pa.ChunkedArray, place: pa.ChunkedArray, keys: _Keys
) -> pa.ChunkedArray:
    """Say which cycle each settlement line serves alone; null where it is none, or open to other cycles."""
    before = facts.claimed_by.take(pc.index_in(lines, facts.settlement_line_id))
    serves = given.select(["line_refs"]).append_column("before", before)
    several = pc.match_substring(serves["line_refs"], ";").combine_chunks()
    claimed = _claimed(facts, place, before).combine_chunks()
    if pc.any(several).as_py():
        shared = pc.indices_nonzero(several)
        claimed = pc.replace_with_mask(claimed, several, _shared_claims(facts, serves.take(shared), keys))
    serving = pc.is_in(given["disposition"], pa.array(sorted(SERVING)))
    return pc.if_else(serving, claimed, pa.scalar(None, pa.int64()))


def _claimed(facts: Facts, place: pa.ChunkedArray, before: pa.ChunkedArray) -> pa.ChunkedArray:
    """Say which cycle a settlement line serves by one payout line; null where that is open to others."""
    cycle = facts.cycle_id.take(place)
    stays = pc.or_(facts.closed.take(place), pc.fill_null(pc.equal(before, cycle), False))
    holds = pc.or_(facts.expected["judged"].take(place), stays)
    return pc.if_else(holds, cycle, pa.scalar(None, pa.int64()))


def _shared_claims(facts: Facts, serves: pa.Table, keys: _Keys) -> pa.Array:
    """Say the same of settlement lines that serve several payout lines: the cycle that all of them have."""
    refs = pc.split_pattern(serves["line_refs"], ";").combine_chunks()
    of_row = pc.cast(pc.list_parent_indices(refs), pa.int64())
    cycles = _claimed(facts, keys.places(pc.list_flatten(refs)), serves["before"].take(of_row))
    served = pa.table({"row": of_row, "cycle": pc.fill_null(cycles, NO_CYCLE)})
    by_row = served.group_by("row").aggregate([("cycle", "min"), ("cycle", "max")]).sort_by("row")
    one = pc.and_(
        pc.equal(by_row["cycle_min"], by_row["cycle_max"]), pc.not_equal(by_row["cycle_min"], NO_CYCLE)
    )
    return pc.if_else(one, by_row["cycle_min"], pa.scalar(None, pa.int64())).combine_chunks()


def _alone(facts: Facts, given: pa.Table, place: pa.ChunkedArray) -> pa.ChunkedArray:
    """Say which one payout line each settlement line is evidence for; null where it is none, or several."""
    speaks = pc.is_in(given["disposition"], pa.array(sorted(EVIDENCE)))
    return pc.if_else(speaks, facts.payout_line_id.take(place), pa.scalar(None, pa.int64()))


def _pairs(run: Run, given: pa.Table, keys: _Keys, others: list[str]) -> pa.Table:
    """Give rows of a payout line and a settlement line with what else is said of the two."""
    rows = {
        "run_id": pa.repeat(pa.scalar(run.id, pa.int64()), given.num_rows),
        "payout_line_id": keys.payout_lines(given["line_ref"]),
        "settlement_line_id": keys.settlement_lines(given["file"], given["line"]),
        **{name: given[name] for name in others},
    }
    return pa.table(rows).sort_by([("payout_line_id", "ascending"), ("settlement_line_id", "ascending")])


def _once(links: pa.Table) -> pa.Table:
    """Keep one link of two lines that several rules tie; evidence goes before what is only a candidate."""
    both = ["run_id", "payout_line_id", "settlement_line_id"]
    order = [*((name, "ascending") for name in both), ("role", "descending"), ("rule", "ascending")]
    grouped = links.sort_by(order).group_by(both, use_threads=False)
    once = grouped.aggregate([("rule", "first"), ("role", "first")])
    return once.rename_columns([name.removesuffix("_first") for name in once.column_names])


def _known(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Make empty text a null, so that "not known" is stored in one way."""
    if not pa.types.is_string(column.type):
        return column
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _check(facts: Facts, verdicts: pa.Table, dispositions: pa.Table, result: Result) -> None:
    """Hold the rows to be kept against the facts as they were read.

    Raises:
        ConservationError: they do not tie
    """
    judged = facts.expected["judged"]
    pairs = {
        "payout lines": (_sorted(facts.payout_line_id.filter(judged)), verdicts["payout_line_id"]),
        "settlement lines": (_sorted(facts.settlement_line_id), dispositions["settlement_line_id"]),
    }
    broken = [what for what, (came_in, came_out) in pairs.items() if not came_in.equals(came_out)]
    sums = {
        "owed": (facts.expected["amount"].filter(judged), verdicts["owed"]),
        "settlement amounts": (facts.reported["amount"], result.dispositions["amount"]),
    }
    broken += [what for what, (came_in, came_out) in sums.items() if _sum(came_in) != _sum(came_out)]
    if broken:
        raise ConservationError("; ".join(broken))


def _sorted(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.take(pc.sort_indices(column))


def _sum(column: pa.ChunkedArray) -> int:
    return int(pc.sum(pc.cast(column, pa.decimal128(38, 0))).as_py() or 0)


def _totals(facts: Facts, verdicts: pa.Table) -> pa.Table:
    """Add the verdicts of a run up by area and bank."""
    smaller = pc.min_element_wise(verdicts["owed"], verdicts["settled"])
    right = pc.is_in(verdicts["verdict"], pa.array(sorted(RIGHT_PERSON)))
    banks = facts.expected["bank_code"].take(pc.index_in(verdicts["payout_line_id"], facts.payout_line_id))
    lines = pa.table({
        **{name: verdicts[name] for name in ("run_id", "verdict", "owed", "settled")},
        "area_code": pc.fill_null(verdicts["area_code"], ""),
        "bank_code": pc.fill_null(banks, ""),
        "paid": pc.if_else(right, smaller, 0),
        "lines": pa.repeat(pa.scalar(1, pa.int64()), verdicts.num_rows),
    })  # fmt: skip
    return _sums(lines, "run_id", "area_code", "bank_code", "verdict")


def _sums(rows: pa.Table, *by: str) -> pa.Table:
    """Add up lines and money of rows that are alike in some columns."""
    sums = ("lines", "owed", "settled", "paid")
    summed = rows.group_by(list(by)).aggregate([(name, "sum") for name in sums])
    return summed.rename_columns([name.removesuffix("_sum") for name in summed.column_names])


def _move_standings(session: Session, run: Run, facts: Facts) -> None:
    """Let the current disposition of every line that the run looked at be that of the run."""
    disposition, standing = table_behind(Disposition), table_behind(Standing)
    kind: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    names = ["settlement_line_id", "run_id", "cycle_id"]
    told = kind.insert(standing).from_select(
        names, select(*(disposition.c[name] for name in names)).where(disposition.c.run_id == run.id)
    )
    if facts.seen.null_count < len(facts.seen):  # else no line stands anywhere yet
        told = told.on_conflict_do_update(
            index_elements=["settlement_line_id"],
            set_={name: told.excluded[name] for name in ("run_id", "cycle_id")},
        )
    session.execute(told)
