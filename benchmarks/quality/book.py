"""The book in which stories write: payout lines, what banks tell of them, what is true, each as columns."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.quality import people, writing
from reconciliation.tables import EXPECTED, REPORTED

AS_OF = dt.date(2026, 11, 25)
TRUTH = pa.schema([
    ("line_ref", pa.string()),
    ("family", pa.string()),
    ("verdict", pa.string()),
    ("settled", pa.int64()),
    ("reason_code", pa.string()),
    ("differences", pa.string()),
])  # fmt: skip
NO_PAIR = pa.schema([("line_ref", pa.string()), ("number", pa.int64())]).empty_table()
NOTHING_TOLD = pa.schema([*REPORTED, ("family", pa.string()), ("disposition", pa.string())]).empty_table()
# What kind of file a line stands in: booked movements, and a balance that counts them.
KINDS = {
    "result": {"movement": False},
    "report": {"movement": False},
    "advice": {"movement": True},
    "statement": {"movement": True, "statement": 1},
    "cash": {"movement": False, "cash": True},
}
ENDINGS = {
    "result": "csv",
    "report": "pain.xml",
    "advice": "camt054.xml",
    "statement": "camt053.xml",
    "cash": "xlsx",
}
CHATTER = (
    "",
    "",
    "TRO CAP THANG 11",
    "TC BTXH T11.2026; dot 1",
    "chi tra ASXH - 810000",
    "CK 20261105/000123",
)


@dataclass(frozen=True)
class Cycle:
    """What was made: both sides as the judgement takes them, and what is true of each line and each pair."""

    expected: pa.Table
    reported: pa.Table
    truth: pa.Table
    told_truth: pa.Table  # file, line, family, disposition
    links: pa.Table  # line_ref, file, line: the line truly tells of the payment


@dataclass
class Book:
    """Takes down what stories tell. Numbers given out here make people, references and lines unique."""

    rng: np.random.Generator
    family: str = ""
    people: int = 0
    movements: int = 0
    lines: int = 0
    owed: list[pa.Table] = field(default_factory=list)
    told: list[pa.Table] = field(default_factory=list)
    verdicts: list[pa.Table] = field(default_factory=list)
    pairs: list[pa.Table] = field(default_factory=list)

    def invent(self, size: int, **more: Any) -> pd.DataFrame:
        """Invent people and what they are owed; nothing is written down yet."""
        self.people += size
        return people.invent(self.rng, self.people - size, size, **more)

    def owe(self, who: pd.DataFrame | int, **fields: Any) -> pd.DataFrame:
        """Write down payout lines, as invented or with other fields."""
        lines = (self.invent(who) if isinstance(who, int) else who).assign(**fields)
        self.owed.append(_table(lines.assign(judged=True), EXPECTED))
        return lines

    def again(self, line: pd.DataFrame, *, cycle: str = "", **fields: Any) -> pd.DataFrame:
        """Write down a further line of the same people and account, of another cycle where one is named."""
        programme, cycle = line["programme"].iloc[0], cycle or line["cycle"].iloc[0]
        self.people += len(line)
        numbers = np.arange(self.people - len(line), self.people)
        new = {
            "line_ref": people.line_refs(numbers, cycle),
            **people.calendar(programme, cycle),
        }
        return self.owe(line.assign(**new), **fields)

    def tell(
        self,
        of: pd.DataFrame,
        kind: str | None = None,
        disposition: str = "matched",
        owners: list[pd.DataFrame] | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        """Write down that a bank tells of each of these lines: settled in full unless said otherwise.

        Names, accounts, banks, references, dates and texts come in the many forms that mean the same.

        Args:
            of: whose fields the line tells of
            kind: of the file, one of KINDS; any that books movements or results where none is given
            disposition: the true one
            owners: the payout lines it truly tells of, `of` where none is given
            fields: columns of REPORTED that are otherwise; `part` parts a bank's files of one kind,
                nobody knows who sent `unsigned` ones

        Returns:
            the columns as told, by name
        """
        size = len(of)
        kind = kind or ("result", "statement", "advice")[self.rng.integers(0, 3)]
        status = fields.get("status", "settled")
        moves = status in {"settled", "returned"} and kind != "report"
        makers: dict[str, Callable[[], Any]] = {
            "bank_code": lambda: writing.some(
                self.rng, 0.1, "", writing.bank_named(self.rng, of["bank_code"])
            ),
            "bank_ref": lambda: self.references(size) if moves else "",
            "end_to_end_id": lambda: self._reference(of["line_ref"]),
            "account_no": lambda: self._account(of["account_no"]),
            "account_name": lambda: self._holder(of),
            "booked_on": lambda: self.days(size, 3, 9),
            "remittance_info": lambda: people.pick(self.rng, CHATTER, size),
            "part": lambda: self.rng.integers(1, 4, size),
        }
        usual = {
            "sender": of["payer"], "amount": of["amount"], "currency": "VND", "status": "settled",
            "written_on": dt.date(2026, 11, 10) if kind in {"statement", "report"} else None, **KINDS[kind],
        }  # fmt: skip
        made = {name: make() for name, make in makers.items() if name not in fields}
        told = {**usual, **made, **fields}
        signed = "unsigned-" if told.pop("unsigned", False) else ""
        sender, part = (pd.Series(told[name], index=of.index).astype("str") for name in ("sender", "part"))
        told["file"] = signed + sender + f"-{kind}-" + part + f".{ENDINGS[kind]}"
        told["sender"] = "" if signed else sender
        told["line"] = np.arange(self.lines, self.lines + size)
        self.lines += size
        table = pa.table([_column(told.get(f.name), f.type, size) for f in REPORTED], schema=REPORTED)
        table = table.append_column("family", pa.repeat(self.family, size))
        self.told.append(table.append_column("disposition", pa.repeat(disposition, size)))
        for owner in [of] if owners is None else owners:
            self.pairs.append(pa.table({"line_ref": _text(owner["line_ref"]), "number": told["line"]}))
        return told

    def truth(
        self, of: pd.DataFrame, verdict: str, settled: Any = 0, differences: Any = "", *, reason: Any = ""
    ) -> None:
        """Write down what is true of payout lines; settled in đồng."""
        lines = pd.DataFrame({
            "line_ref": of["line_ref"], "family": self.family, "verdict": verdict, "settled": settled,
            "reason_code": reason, "differences": differences,
        })  # fmt: skip
        self.verdicts.append(_table(lines, TRUTH))

    def paid(self, *lines: pd.DataFrame) -> None:
        """Write down that these payout lines were paid in full and nothing is odd about it."""
        for line in lines:
            self.truth(line, "paid", line["amount"])

    def references(self, size: int) -> pd.Series:
        """Give bank references that nobody else has."""
        self.movements += size
        return "FT26309" + people.digits(np.arange(self.movements - size, self.movements), 9)

    def days(self, size: int, first: int, last: int, *, month: int = 11) -> np.ndarray:
        """Give a day of 2026 for each, from first to last."""
        start = np.datetime64(dt.date(2026, month, first), "D")
        return start + self.rng.integers(0, last - first + 1, size).astype("timedelta64[D]")

    def reasons(self, size: int) -> pd.Series:
        """Give a reason for which banks send money back."""
        return people.pick(self.rng, ("AC01", "AC04", "AC06", "BE01", "RR04"), size)

    def close(self) -> Cycle:
        """Give what was written, the lines of each file numbered in an order of chance."""
        told = pa.concat_tables([NOTHING_TOLD, *self.told])
        told = told.take(self.rng.permutation(len(told)))
        numbers = told["line"]
        place = told.select(["file"]).to_pandas().groupby("file").cumcount().to_numpy() + 1
        told = told.set_column(told.schema.get_field_index("line"), "line", pa.array(place))
        owed, pairs = pa.concat_tables(self.owed), pa.concat_tables([NO_PAIR, *self.pairs])
        at = told.take(pc.index_in(pairs["number"], value_set=numbers.combine_chunks())).select(
            ["file", "line"]
        )
        return Cycle(
            expected=owed.take(self.rng.permutation(len(owed))),
            reported=told.select(REPORTED.names).cast(REPORTED),
            truth=pa.concat_tables(self.verdicts),
            told_truth=told.select(["file", "line", "family", "disposition"]),
            links=at.append_column("line_ref", pairs["line_ref"]),
        )

    def _reference(self, line_ref: pd.Series) -> pd.Series:
        return writing.some(self.rng, 0.05, " " + line_ref.str.lower() + " ", line_ref)

    def _account(self, number: pd.Series) -> pd.Series:
        return writing.some(self.rng, 0.1, writing.account_apart(self.rng, number), number)

    def _holder(self, of: pd.DataFrame) -> pd.Series:
        name = of["account_name"].mask(of["account_name"] == "", of["full_name"])
        told = writing.each(name, writing.unmarked)
        told = writing.some(self.rng, 0.1, "", told)
        return writing.some(self.rng, 0.1, name, told)


def _column(value: Any, kind: pa.DataType, size: int) -> pa.Array:
    """Give one value for all lines, or the values that stand in a column; None is not known."""
    if value is None:
        return pa.nulls(size, kind)
    if isinstance(value, pd.Series | np.ndarray):
        return pa.array(value, kind, from_pandas=True)
    return pa.repeat(pa.scalar(value, kind), size)


def _text(column: pd.Series) -> pa.Array:
    return pa.array(column, pa.string(), from_pandas=True)


def _table(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """Give the columns of a schema; what the frame lacks is not known."""
    return pa.table(
        [
            pa.array(frame[f.name], f.type, from_pandas=True)
            if f.name in frame
            else pa.nulls(len(frame), f.type)
            for f in schema
        ],
        schema=schema,
    )
