"""All that is known of one payout line, as a ZIP that an auditor takes away: facts, raw lines, and digests.

What is later than the moment asked for is left out: the same line, run and moment give the same bytes.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, or_, select
from sqlmodel import Session, SQLModel, col
from sqlmodel import select as pick

from payouts.approvals.models import Approval
from payouts.cases.enquiries.models import EnquiryAnswer, EnquiryLine
from payouts.cases.models import Case, CaseEvent, Recovery, Refund
from payouts.core.errors import NotFoundError
from payouts.core.settings import Settings
from payouts.core.storage import path_of
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutLine, PayoutList, Reissue, Voucher
from payouts.lists.raw import raw_rows
from payouts.registry.models import Stop
from payouts.reports.asking import Asked, stated
from payouts.runs.models import MatchDecision, Run, Verdict
from payouts.runs.store import evidence_lines, rules_of
from payouts.settlements.models import SettlementFile
from payouts.settlements.raw import raw_lines

VERDICT = table_behind(Verdict)
RUN = table_behind(Run)

BEGINNING = (1980, 1, 1, 0, 0, 0)  # the day a ZIP can first name: its entries have no time of their own
LIST_FACTS = ("id", "filename", "sha256", "format", "received_at", "received_by", "supersedes")
FILE_FACTS = ("id", "label", "bank_code", "sha256", "format", "received_at", "received_by")
RUN_FACTS = ("number", "as_of", "done_at", "asked_by")
SAID = (
    *("verdict", "owed", "settled", "reason_code", "differences", "rule", "evidence", "explanation"),
)  # of a verdict
README = """HỒ SƠ CHỨNG CỨ CỦA MỘT DÒNG CHI · EVIDENCE OF ONE PAYOUT LINE

{stated}

payout-line.json   dòng chi trong danh sách đã gửi, mọi bản · the line in its lists, as it was sent
verdicts.csv       kết quả của từng lần đối chiếu · what each run said
bank-lines.csv     dòng của ngân hàng làm chứng cứ, kèm nguyên văn · the banks' lines, as they were sent
files.csv          các tệp gốc và mã băm của chúng · the files sent, and their digests
cases.json         việc xử lý và mọi sự kiện · cases and all that happened to them
decisions.json     quyết định của người có thẩm quyền · what people decided
SHA256SUMS         mã băm của các tệp trên; kiểm tra: sha256sum -c SHA256SUMS · digests of the above
"""


def write_evidence(session: Session, settings: Settings, asked: Asked, line_ref: str, path: Path) -> None:
    """Write the evidence of a payout line.

    Args:
        session: the transaction
        settings: of this installation: where the bytes of files lie
        asked: the cycle, and the moment whose knowledge is asked for
        line_ref: of the line
        path: where to write

    Raises:
        NotFoundError: the cycle has no such line within the scope
    """
    lines = _lines(session, asked, line_ref)
    verdicts = _verdicts(session, asked, [line.id for line in lines])
    told = _bank_lines(session, settings, verdicts)
    files = {"payout-line.json": _json(_payout_line(session, settings, asked, lines))}
    files["verdicts.csv"] = _csv(verdicts)
    files["bank-lines.csv"] = _csv(told)
    files["files.csv"] = _csv(_files(session, lines, told))
    cases = _cases(session, asked, [line.id for line in lines], line_ref)
    files["cases.json"] = _json(cases)
    files["decisions.json"] = _json(_decisions(session, asked, lines, [each["id"] for each in cases]))
    said = "\n".join(f"{label.vi} · {label.en}: {value}" for label, value in stated(session, asked)[:-1])
    files["README.txt"] = README.format(stated=f"{line_ref}\n{said}").encode()
    _zipped(files, path)


def _zipped(files: Mapping[str, bytes], path: Path) -> None:
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted({**files, "SHA256SUMS": sums.encode()}.items()):
            entry = zipfile.ZipInfo(name, BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)


def _lines(session: Session, asked: Asked, line_ref: str) -> list[PayoutLine]:
    """Find all rows of a line: a corrected list goes on with it in a new one."""
    found = session.exec(
        pick(PayoutLine)
        .join(PayoutList, col(PayoutList.id) == PayoutLine.list_id)
        .where(
            PayoutLine.line_ref == line_ref,
            PayoutLine.cycle_id == asked.cycle.id,
            PayoutList.received_at <= asked.at,
            *asked.scope.conditions(area=PayoutLine.area_code),
        )
        .order_by(col(PayoutLine.id))
    ).all()
    if not found:
        raise NotFoundError(
            "no_such_payout_line", f"Kỳ này không có dòng chi {line_ref} trong phạm vi của bạn."
        )
    return list(found)


def _payout_line(
    session: Session, settings: Settings, asked: Asked, lines: Sequence[PayoutLine]
) -> dict[str, Any]:
    rows = []
    for line in lines:
        receipt = session.get_one(PayoutList, line.list_id)
        raw = raw_rows(path_of(settings.data_dir, receipt.sha256), receipt, {line.row})
        told = receipt.model_dump(mode="json", include=set(LIST_FACTS))
        rows.append({**line.model_dump(mode="json"), "list": told, "raw": raw.get(line.row)})
    return {"programme": asked.cycle.programme, "cycle": asked.cycle.cycle, "rows": rows}


def _verdicts(session: Session, asked: Asked, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Read what the runs of the cycle said of the line until the moment, with the rules they went by."""
    rows = session.execute(
        select(
            RUN.c.id,
            *(RUN.c[name] for name in RUN_FACTS),
            VERDICT.c.payout_line_id,
            *(VERDICT.c[name] for name in SAID),
        )
        .join(VERDICT, VERDICT.c.run_id == RUN.c.id)
        .where(
            RUN.c.cycle_id == asked.cycle.id,
            RUN.c.state == "done",
            RUN.c.done_at <= asked.at,
            VERDICT.c.payout_line_id.in_(ids),
        )
        .order_by(RUN.c.number, VERDICT.c.payout_line_id)
    ).mappings()
    found = [dict(row) for row in rows]
    rules = rules_of(session, [row["id"] for row in found])
    return [
        {
            "run": row.pop("number"),
            **{name: value for name, value in row.items() if name != "id"},
            "rules": rules[row["id"]].version if row["id"] in rules else None,
            "rules_sha256": rules[row["id"]].hash if row["id"] in rules else None,
        }
        for row in found
    ]


def _bank_lines(
    session: Session, settings: Settings, verdicts: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Read the lines that any run named as evidence, each once, with the text that the bank sent."""
    named = {each: None for verdict in verdicts for each in (verdict["evidence"] or "").split(";") if each}
    rows: list[RowMapping] = evidence_lines(session, ";".join(named))
    files = {row["file_id"]: session.get_one(SettlementFile, row["file_id"]) for row in rows}
    raw = {
        file_id: raw_lines(
            path_of(settings.data_dir, file.sha256),
            file.format,
            file.read_by_profile,
            {row["line"] for row in rows if row["file_id"] == file_id},
        )
        for file_id, file in files.items()
    }
    return [{**row, "raw": raw[row["file_id"]].get(row["line"])} for row in rows]


def _files(
    session: Session, lines: Sequence[PayoutLine], told: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    lists = [session.get_one(PayoutList, each) for each in sorted({line.list_id for line in lines})]
    files = [session.get_one(SettlementFile, each) for each in sorted({row["file_id"] for row in told})]
    return [
        *({"kind": "payout list", **_facts(each, LIST_FACTS), "bank_code": None} for each in lists),
        *(
            {"kind": "settlement file", **_facts(each, FILE_FACTS), "filename": each.filename}
            for each in files
        ),
    ]


def _facts(row: SQLModel, names: Iterable[str]) -> dict[str, Any]:
    return row.model_dump(mode="json", include=set(names))


def _cases(session: Session, asked: Asked, ids: Sequence[int], line_ref: str) -> list[dict[str, Any]]:
    found = session.exec(
        pick(Case)
        .where(
            or_(col(Case.payout_line_id).in_(ids), col(Case.subject) == line_ref), Case.opened_at <= asked.at
        )
        .order_by(col(Case.id))
    ).all()
    told = []
    for case in found:
        events = session.exec(
            pick(CaseEvent)
            .where(CaseEvent.case_id == case.id, CaseEvent.at <= asked.at)
            .order_by(col(CaseEvent.id))
        )
        opened = _facts(case, ("id", "kind", "subject", "opened_at"))
        told.append({**opened, "events": [each.model_dump(mode="json") for each in events]})
    return told


def _decisions(
    session: Session, asked: Asked, lines: Sequence[PayoutLine], cases: Sequence[int]
) -> dict[str, list[dict[str, Any]]]:
    """Read what people decided of the line, its person's stops among it, until the moment."""
    ids, ref = [line.id for line in lines], lines[-1].line_ref
    people = sorted({line.citizen_id for line in lines if line.citizen_id})
    recoveries = [each.id for each in session.exec(pick(Recovery).where(Recovery.line_ref == ref))]
    asks = [each.id for each in session.exec(pick(EnquiryLine).where(EnquiryLine.line_ref == ref))]
    at = asked.at
    wanted: dict[str, Any] = {
        "matches": pick(MatchDecision).where(
            col(MatchDecision.payout_line_id).in_(ids), MatchDecision.proposed_at <= at
        ),
        "approvals": pick(Approval).where(col(Approval.case_id).in_(cases), Approval.asked_at <= at),
        "vouchers": pick(Voucher).where(col(Voucher.payout_line_id).in_(ids), Voucher.recorded_at <= at),
        "reissues": pick(Reissue).where(Reissue.line_ref == ref, Reissue.made_at <= at),
        "recoveries": pick(Recovery).where(Recovery.line_ref == ref, Recovery.made_at <= at),
        "refunds": pick(Refund).where(col(Refund.recovery_id).in_(recoveries), Refund.at <= at),
        "answers": pick(EnquiryAnswer).where(
            col(EnquiryAnswer.enquiry_line_id).in_(asks), EnquiryAnswer.recorded_at <= at
        ),
        "stops": pick(Stop).where(col(Stop.citizen_id).in_(people), Stop.made_at <= at),
    }
    return {
        name: [row.model_dump(mode="json") for row in session.exec(query)] for name, query in wanted.items()
    }


def _json(told: Any) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write rows; what a spreadsheet would take for a formula gets an apostrophe in front."""
    text = io.StringIO(newline="")
    names = dict.fromkeys(name for row in rows for name in row)
    writer = csv.DictWriter(text, list(names) or ["-"])
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _plain(value) for name, value in row.items()})
    return text.getvalue().encode()


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value
