"""Commands on matches: confirm or reject what a run suggests, propose another line, check that, undo it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from payouts.cli.desk import Desk, Note, Reason, TokenFile, at_desk
from payouts.cli.facts import AsJson
from payouts.cli.telling import say

if TYPE_CHECKING:
    from payouts.runs.models import MatchDecision
    from payouts.runs.proposals import Shown

matches = typer.Typer(no_args_is_help=True, help="Dòng ngân hàng có thể là của ai · Whose a bank line is.")

LineRef = Annotated[str, typer.Argument(metavar="LINE_REF", help="Mã dòng chi · The payout line.")]
Place = Annotated[
    str, typer.Argument(metavar="FILE:LINE", help="Tệp và số dòng · The bank line, as evidence names it.")
]
Number = Annotated[int, typer.Argument(metavar="ID", help="Số của quyết định · Number of the decision.")]


@matches.command("list")
def list_matches(
    state: Annotated[
        str | None, typer.Option(help="Tình trạng · waiting, done, declined, taken_back, undone.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Nhiều nhất · At most.")] = 50,
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Liệt kê các quyết định về dòng ngân hàng, sớm nhất trước.

    Lists what was decided of bank lines, and what waits for a second person.
    """
    from payouts.identity import audit
    from payouts.runs.proposals import decisions_page

    with at_desk("cases.see", token_file) as desk:
        with desk.database.reading() as session:
            found = decisions_page(session, desk.scope, state=state, limit=limit)
        with desk.database.session() as session:
            read = [each.decision.id for each in found]
            audit.note(session, desk.who, "matches.read", "matches", matches=read)
        for each in found:
            _tell(each, desk, as_json=as_json)


@matches.command("confirm")
def confirm(
    line_ref: LineRef,
    place: Place,
    reason: Reason = "",
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Xác nhận một dòng được đề xuất là của người này; kỳ được đối chiếu lại.

    Confirms that a line which the last run suggests is theirs; the cycle is judged anew.
    """
    _decide("confirm", line_ref, place, reason, token_file, as_json)


@matches.command("reject")
def reject(
    line_ref: LineRef,
    place: Place,
    reason: Reason = "",
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Loại một dòng được đề xuất: không phải của người này, không đề xuất lại.

    Says that a line which the last run suggests is not theirs; it is never suggested again.
    """
    _decide("reject", line_ref, place, reason, token_file, as_json)


@matches.command("force")
def force(
    line_ref: LineRef, place: Place, reason: Reason, token_file: TokenFile = None, as_json: AsJson = False
) -> None:
    """Đề nghị ghép một dòng chưa thuộc về ai; chỉ tính khi người thứ hai duyệt.

    Proposes a line that nobody claims; it counts once a second person agrees.
    """
    _decide("force", line_ref, place, reason, token_file, as_json)


@matches.command("name")
def accept_name(
    line_ref: LineRef, place: Place, reason: Reason, token_file: TokenFile = None, as_json: AsJson = False
) -> None:
    """Đề nghị chấp nhận tên chủ tài khoản mà ngân hàng ghi; chỉ tính khi người thứ hai duyệt.

    Proposes that the holder's name in a line is right for the account; it counts once a second person agrees.
    """
    _decide("name", line_ref, place, reason, token_file, as_json)


@matches.command("approve")
def approve(number: Number, note: Note = "", token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Duyệt đề nghị ghép của người khác.

    Approves a match that somebody else proposed.
    """
    _answer(number, "approve", note, token_file, as_json)


@matches.command("decline")
def decline(number: Number, note: Note, token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Không duyệt đề nghị ghép của người khác.

    Declines a match that somebody else proposed.
    """
    _answer(number, "decline", note, token_file, as_json)


@matches.command("take-back")
def take_back(number: Number, token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Rút lại đề nghị ghép của chính mình khi chưa ai duyệt.

    Takes back what one proposed oneself.
    """
    _answer(number, "take_back", "", token_file, as_json)


@matches.command("undo")
def undo(number: Number, reason: Reason, token_file: TokenFile = None, as_json: AsJson = False) -> None:
    """Hoàn tác một quyết định; kỳ được đối chiếu lại.

    Undoes a decision that counts; the cycle is judged anew.
    """
    from payouts.jobs.deciding import undo_match

    with at_desk("matches.decide", token_file) as desk:
        with desk.database.session() as session:
            decision = undo_match(session, number, desk.scope, by=desk.who, reason=reason)
        _done(desk, decision, as_json=as_json)


def _decide(kind: str, line_ref: str, place: str, reason: str, token_file: TokenFile, as_json: bool) -> None:
    from payouts.jobs.deciding import decide_match
    from payouts.runs.matches import pair_named

    file, _, line = place.rpartition(":")
    if not file or not (line.isascii() and line.isdecimal()):
        raise typer.BadParameter(f"{place}: FILE:LINE", param_hint="FILE:LINE")
    with at_desk("matches.decide", token_file) as desk:
        with desk.database.session() as session:
            pair = pair_named(session, line_ref, file, int(line), desk.scope)
            decision, _ = decide_match(session, *pair, kind, desk.scope, by=desk.who, reason=reason)
        _done(desk, decision, as_json=as_json)


def _answer(number: int, given: str, note: str, token_file: TokenFile, as_json: bool) -> None:
    from payouts.jobs.deciding import answer_match

    permission = "matches.decide" if given == "take_back" else "matches.check"
    with at_desk(permission, token_file) as desk:
        with desk.database.session() as session:
            decision = answer_match(session, number, given, desk.scope, by=desk.who, note=note)
        _done(desk, decision, as_json=as_json)


def _done(desk: Desk, decision: "MatchDecision", *, as_json: bool) -> None:
    """Have the cycle judged anew where the decision counts otherwise now, and tell of it."""
    from payouts.jobs.carrying import judge_again
    from payouts.jobs.following import do_what_follows
    from payouts.jobs.worker import do_now
    from payouts.runs.proposals import show

    with desk.database.reading() as session:
        cycle_id = show(session, decision.id or 0, desk.scope).cycle.id or 0
    if decision.state in {"done", "undone"}:
        with desk.database.session() as session:
            job = judge_again(session, cycle_id, desk.who)
        do_now(desk.database, desk.settings, job)
        do_what_follows(desk.database, desk.settings, run_id=job.arguments["run_id"])
    with desk.database.reading() as session:
        shown = show(session, decision.id or 0, desk.scope)
    _tell(shown, desk, as_json=as_json)


def _tell(shown: "Shown", desk: Desk, *, as_json: bool) -> None:
    decision, place = shown.decision, f"{shown.told['label']}:{shown.told['line']}"
    if as_json:
        told = {
            "line_ref": shown.line.line_ref,
            "bank_line": place,
            "not_followed": shown.not_followed,
            **decision.model_dump(mode="json"),
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    who = " · ".join(filter(None, (decision.proposed_by, decision.checked_by, decision.undone_by)))
    state = say(desk.settings.language, f"match_{decision.state}")
    typer.echo(f"{decision.id}\t{decision.kind}\t{shown.line.line_ref} ← {place}\t{state}\t{who}")
