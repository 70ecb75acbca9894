"""Commands of the desk for bank files: look at them, release, reject, ask anew, withdraw, and check that."""

import contextlib
import getpass
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payouts.cli.facts import AsJson
from payouts.cli.telling import say

if TYPE_CHECKING:
    from payouts.cases.touched import Touched
    from payouts.core.database import Database
    from payouts.core.problems import Language
    from payouts.core.settings import Settings
    from payouts.identity.scope import Scope
    from payouts.settlements.models import FileDecision, SettlementFile

commands = typer.Typer()

Number = Annotated[int, typer.Argument(metavar="ID", help="Số của tệp · Number of the file.")]
Reason = Annotated[str, typer.Option(help="Lý do · Why.")]
Note = Annotated[str, typer.Option(help="Lời ghi của người duyệt · Words of who answers.")]
TokenFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Làm thay cán bộ có mã truy cập trong tệp này · Act for that person."),
]


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts, with what."""

    database: "Database"
    settings: "Settings"
    who: str
    scope: "Scope"


@commands.command("list")
def list_files(
    state: Annotated[str | None, typer.Option(help="Tình trạng · Where it stands, e.g. quarantined.")] = None,
    bank: Annotated[str | None, typer.Option(help="Chỉ ngân hàng này · Only this bank.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Đang chờ người thứ hai · Waiting.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Nhiều nhất · At most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Liệt kê tệp kết quả, tệp mới nhất trước.

    Lists settlement files, the latest first.
    """
    from payouts.core.banks import bank_code
    from payouts.settlements.rules import standing
    from payouts.settlements.store import files_page

    code = (bank_code(bank) or bank.upper()) if bank else None
    with at_desk("files.see") as desk, desk.database.reading() as session:
        found = files_page(session, code, stands=state, waiting=waiting, limit=limit)
    for file in found:
        told = {
            "id": file.id,
            "bank_code": file.bank_code,
            "file": file.label,
            "state": file.state,
            "decision": file.decision,
            "lines": file.lines,
            "good_lines": file.good_lines,
            "problem_count": file.problem_count,
            "received_at": file.received_at.isoformat(),
        }
        at = say(desk.settings.language, f"is_{standing(file)}")
        said = f"{file.id}\t{file.bank_code}\t{at}\t{file.lines}\t{file.problem_count}\t{file.label}"
        typer.echo(json.dumps(told, ensure_ascii=False) if as_json else said)


@commands.command("show")
def show_file(number: Number, token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Xem một tệp: biên nhận, từng lỗi bên cạnh dòng gốc, các quyết định và thay đổi.

    Shows one file: each problem beside the raw line, decisions, and what changed.
    """
    from payouts.identity import audit
    from payouts.settlements.desk import decisions_of, possible
    from payouts.settlements.raw import problems_beside_lines
    from payouts.settlements.store import find_file

    with at_desk("files.see", token_file) as desk:
        with desk.database.reading() as session:
            file = find_file(session, number, None)
            decisions = decisions_of(session, number)
            kinds = possible(session, file)
        beside = problems_beside_lines(desk.settings.data_dir, file)
        with desk.database.session() as session:
            audit.note(session, desk.who, "file.read", f"settlement file {number}", problems=len(beside))
        language = desk.settings.language
    if not as_json:
        _show(file, beside, decisions, language)
        return
    told = {
        "id": file.id,
        "bank_code": file.bank_code,
        "file": file.label,
        "state": file.state,
        "decision": file.decision,
        "supersedes": file.supersedes,
        "changes": file.changes,
        "lines": file.lines,
        "good_lines": file.good_lines,
        "problems": [
            {
                "line": each.line,
                "field": each.field,
                "code": each.code,
                "severity": each.severity,
                "message": each.message(language),
                "raw": raw,
            }
            for each, raw in beside
        ],
        "decisions": [each.model_dump(mode="json") for each in decisions],
        "possible": kinds,
    }
    typer.echo(json.dumps(told, ensure_ascii=False))


@commands.command("release")
def release(number: Number, reason: Reason, token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Đề nghị thả một tệp bị giữ lại: các dòng tốt được tính khi người thứ hai duyệt.

    Proposes to release a file: its good lines count once a second person agrees.
    """
    _decide(number, "release", reason, token_file, as_json)


@commands.command("withdraw")
def withdraw(
    number: Number,
    reason: Reason = "",
    preview: Annotated[bool, typer.Option("--preview", help="Chỉ xem ảnh hưởng · Only look.")] = False,
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Đề nghị rút một tệp đang được tính; --preview cho biết việc đó động đến ai.

    Proposes to withdraw a file that counts; --preview says whom that touches and changes nothing.
    """
    if not preview:
        _decide(number, "withdraw", reason, token_file, as_json)
        return
    from dataclasses import asdict

    from payouts.cases.touched import touched_by
    from payouts.identity import audit
    from payouts.settlements.store import find_file

    with at_desk("files.see", token_file) as desk:
        with desk.database.reading() as session:
            find_file(session, number, None)
            touched = touched_by(session, number, desk.scope)
        with desk.database.session() as session:
            audit.note(
                session, desk.who, "file.effects_read", f"settlement file {number}", lines=touched.lines
            )
        language = desk.settings.language
    if as_json:
        told = {**asdict(touched), "shown": [dict(row) for row in touched.shown]}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _show_touched(touched, language)


@commands.command("reject")
def reject(number: Number, reason: Reason, token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Loại một tệp bị giữ lại: không dòng nào của tệp được tính.

    Rejects a quarantined file: none of its lines will count.
    """
    _decide(number, "reject", reason, token_file, as_json)


@commands.command("ask")
def ask(number: Number, reason: Reason, token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Yêu cầu ngân hàng gửi tệp mới thay tệp này; ngân hàng đọc được lý do.

    Asks the bank for a new file in the place of this one; the bank reads the reason.
    """
    _decide(number, "ask", reason, token_file, as_json)


@commands.command("approve")
def approve(number: Number, note: Note = "", token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Duyệt đề nghị của người khác về một tệp.

    Approves what somebody else proposed of a file.
    """
    _answer(number, "approve", note, token_file, as_json)


@commands.command("decline")
def decline(number: Number, note: Note, token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Không duyệt đề nghị của người khác về một tệp.

    Declines what somebody else proposed of a file.
    """
    _answer(number, "decline", note, token_file, as_json)


@commands.command("take-back")
def take_back(number: Number, token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Rút lại đề nghị của chính mình khi chưa ai duyệt.

    Takes back what one proposed oneself.
    """
    _answer(number, "take_back", "", token_file, as_json)


def _decide(number: int, kind: str, reason: str, token_file: Path | None, as_json: bool) -> None:
    from payouts.settlements.desk import decide

    with at_desk("files.propose", token_file) as desk:
        with desk.database.session() as session:
            decision = decide(session, number, kind, reason=reason, by=desk.who)
        _tell(decision, desk.settings.language, as_json)


def _answer(number: int, given: str, note: str, token_file: Path | None, as_json: bool) -> None:
    from payouts.jobs.deciding import answer_file
    from payouts.jobs.following import do_what_follows
    from payouts.jobs.worker import do_now

    permission = "files.propose" if given == "take_back" else "files.decide"
    with at_desk(permission, token_file) as desk:
        with desk.database.session() as session:
            decision, jobs = answer_file(session, number, given, by=desk.who, note=note)
        for job in jobs:
            do_now(desk.database, desk.settings, job)
            do_what_follows(desk.database, desk.settings, run_id=job.arguments["run_id"])
        _tell(decision, desk.settings.language, as_json)


@contextlib.contextmanager
def at_desk(permission: str, token_file: Path | None = None) -> Iterator[Desk]:
    """Open the database for whoever runs the command, or for the person whose token they hold."""
    from payouts.core.errors import UnauthenticatedError
    from payouts.core.logging import write_log
    from payouts.core.settings import get_settings
    from payouts.identity.rules import require
    from payouts.identity.scope import EVERYTHING
    from payouts.identity.users import staff_of_token
    from payouts.migrations.upgrade import open_current

    settings = get_settings()
    write_log(settings)
    with open_current(settings) as database:
        if token_file is None:
            yield Desk(database, settings, f"shell {getpass.getuser()}", EVERYTHING)
            return
        token = token_file.read_text(encoding="utf-8").strip() if token_file.is_file() else ""
        with database.reading() as session:
            staff = staff_of_token(session, token)
        if staff is None:
            raise UnauthenticatedError(
                "unknown_credentials", "Khóa hoặc mã truy cập không đúng, đã hết hạn hoặc đã bị khóa."
            )
        require(staff, permission)
        yield Desk(database, settings, staff.who, staff.scope)


def _tell(decision: "FileDecision", language: "Language", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(decision.model_dump(mode="json"), ensure_ascii=False))
    else:
        typer.echo(say(language, f"decision_{decision.state}").format(file=decision.file_id))


def _show(
    file: "SettlementFile",
    beside: list[tuple[Any, str | None]],
    decisions: "list[FileDecision]",
    language: "Language",
) -> None:
    from payouts.settlements.rules import standing

    at = say(language, f"is_{standing(file)}")
    typer.echo(f"{file.id}  {file.bank_code}  {file.label}  {at}  {file.good_lines}/{file.lines}")
    for problem, raw in beside:
        mark = "!" if problem.severity == "warning" else "✗"
        typer.echo(f"  {mark} {problem.line or '-'} {problem.code}: {problem.message(language)}")
        if raw is not None:
            typer.echo(f"      {raw}")
    if file.changes:
        changes = file.changes
        figures = {name: changes[name]["lines"] for name in ("added", "gone", "changed")}
        typer.echo(say(language, "changes").format(file=changes["file"], same=changes["same"], **figures))
    for each in decisions:
        who = " · ".join(filter(None, (each.proposed_by, each.checked_by)))
        typer.echo(f"  {each.proposed_at:%Y-%m-%d %H:%M} {each.kind} ({each.state}) {who}: {each.reason}")


def _show_touched(touched: "Touched", language: "Language") -> None:
    from payouts.core.terms import VERDICT_TERMS, grouped

    figures = {
        name: grouped(getattr(touched, name), language)
        for name in ("lines", "people", "settled", "open_cases", "closed_cases", "outside")
    }
    for words in ("touched", "touched_cases"):
        typer.echo(say(language, words).format(**figures))
    for programme, cycle, lines in touched.cycles:
        typer.echo(f"  {programme} {cycle}: {grouped(lines, language)}")
    for verdict, lines in touched.verdicts.items():
        typer.echo(f"  {VERDICT_TERMS[verdict][language]}: {grouped(lines, language)}")
    for row in touched.shown:
        typer.echo(f"    {row['line_ref']}\t{row['full_name']}\t{grouped(row['settled'], language)} đ")
