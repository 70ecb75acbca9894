"""How the commands on facts tell what they did: receipts, runs and refusals, in 80 columns."""

import sys
from typing import TYPE_CHECKING, Any

from payouts.core.errors import RefusedError

if TYPE_CHECKING:
    from payouts.core.problems import Language
    from payouts.jobs.following import Followed
    from payouts.lists.models import PayoutList
    from payouts.registry.files.models import RegistryFile
    from payouts.settlements.models import SettlementFile

MOST_PROBLEMS_SHOWN = 50
MOST_WARNINGS_SHOWN = 10


def refusal(
    path: str, receipt: "PayoutList | SettlementFile | RegistryFile", language: "Language", *, show: bool
) -> RefusedError:
    """Say why a file is no evidence; its problems follow unless they were told as JSON."""
    from payouts.core.receipts import problems_of

    problems = problems_of(receipt.problems)[:MOST_PROBLEMS_SHOWN] if show else []
    message = say(language, receipt.state).format(file=path)
    if show and receipt.problem_count > len(problems):
        message += " " + say(language, "some").format(shown=len(problems), all=receipt.problem_count)
    return RefusedError(f"file_{receipt.state}", message, problems)


def complain(refusal: RefusedError, language: "Language") -> None:
    """Write a refusal as the end of the command would, and go on."""
    sys.stderr.write(f"{refusal.message}\n")
    for problem in refusal.problems:
        where = ":".join(str(part) for part in (problem.line, problem.field) if part is not None)
        sys.stderr.write(f"  {where or '-'} {problem.code}: {problem.message(language)}\n")


def show_list(receipt: "PayoutList", new: bool, language: "Language") -> None:
    """Show the receipt of a payout list; `new` says whether it was made just now."""
    from payouts.core.terms import grouped

    rows = [
        ("file", receipt.filename),
        ("cycle", f"{receipt.programme} {receipt.cycle}"),
        ("state", say(language, f"is_{receipt.state}")),
        ("lines", grouped(receipt.lines, language)),
        ("amount", f"{grouped(receipt.amount, language)} đ"),
    ]
    _show(say(language, "list"), rows, receipt, new, language)


def show_file(receipt: "SettlementFile", new: bool, language: "Language") -> None:
    """Show the receipt of a bank's file; `new` says whether it was made just now."""
    from payouts.core.terms import grouped

    kind = " ".join(part for part in (receipt.format, receipt.read_by_profile) if part)
    rows = [
        ("file", receipt.filename),
        ("bank", receipt.bank_code),
        ("format", kind or "-"),
        ("state", say(language, f"is_{receipt.state}")),
        ("lines", grouped(receipt.lines, language)),
    ]
    for total in receipt.totals:
        rows += [
            (side, f"{_decimal(total[side], language)} {total['currency']}")
            for side in ("debit", "credit")
            if total[f"{side}_lines"]
        ]
    _show(say(language, "settlement_file"), rows, receipt, new, language)


def _decimal(text: str, language: "Language") -> str:
    from payouts.core.terms import grouped

    whole, _, part = text.partition(".")
    mark = "," if language == "vi" else "."
    return grouped(int(whole), language) + (f"{mark}{part}" if part.strip("0") else "")


def _show(
    title: str,
    rows: list[tuple[str, str]],
    receipt: "PayoutList | SettlementFile",
    new: bool,
    language: "Language",
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(say(language, f"row_{name}"), Text(value))
    if receipt.problem_count:
        table.add_row(say(language, "row_problems"), str(receipt.problem_count))
    console = Console()
    console.print(f"{title}, {say(language, 'receipt')} {receipt.id}", style="bold", highlight=False)
    console.print(table)
    if not new:
        console.print(say(language, "known"))
    if receipt.state == "accepted" and receipt.problems:
        _warn(receipt, language)


def _warn(receipt: "PayoutList | SettlementFile", language: "Language") -> None:
    from payouts.core.receipts import problems_of

    warnings = problems_of(receipt.problems)[:MOST_WARNINGS_SHOWN]
    some = say(language, "warnings").format(shown=len(warnings), all=receipt.problem_count)
    complain(RefusedError("warnings", some, warnings), language)


def show_run(
    number: int, summary: dict[str, Any], result: dict[str, Any], cases: int, language: "Language"
) -> None:
    """Show what a run says: `summary` as runs.store gives it, `result` as the run keeps it, open `cases`."""
    from rich.console import Console

    from payouts.core.terms import grouped

    show_verdicts(number, summary, language)
    said = say(language, "looked_at").format(
        lines=grouped(result["settlement_lines"], language), cases=grouped(cases, language)
    )
    Console().print(said, highlight=False)


def show_verdicts(number: int, summary: dict[str, Any], language: "Language") -> None:
    """Show what a run says of payout lines: `summary` as runs.store gives it."""
    from rich.console import Console
    from rich.table import Table

    from payouts.core.terms import VERDICT_TERMS, grouped

    heading = say(language, "run").format(
        number=number, programme=summary["programme"], cycle=summary["cycle"]
    )
    table = Table()
    table.add_column(say(language, "verdict"))
    names = ("lines", "owed", "settled")
    for name in names:
        table.add_column(say(language, name), justify="right")
    for verdict, sums in summary["verdicts"].items():
        figures = (grouped(sums[name], language) for name in names)
        table.add_row(VERDICT_TERMS[verdict][language], *figures)
    table.add_section()
    total = (sum(sums[name] for sums in summary["verdicts"].values()) for name in names)
    table.add_row(say(language, "total"), *(grouped(each, language) for each in total))
    console = Console()
    console.print(heading, style="bold", highlight=False)
    console.print(table)


def show_followed(followed: "Followed", language: "Language") -> None:
    """Say which other cycles were judged anew by themselves, because late evidence concerns them."""
    for cycle, run in followed:
        told = {"programme": cycle.programme, "cycle": cycle.cycle, "number": run.number}
        sys.stdout.write(say(language, "followed").format(**told) + "\n")


def told_followed(followed: "Followed") -> list[dict[str, Any]]:
    """Give the same as JSON values."""
    return [
        {"programme": cycle.programme, "cycle": cycle.cycle, "run": run.number} for cycle, run in followed
    ]


def say(language: "Language", key: str) -> str:
    """Give the words of WORDS in a language."""
    return WORDS[key][0 if language == "vi" else 1]


WORDS = {
    "list": ("Danh sách chi trả", "Payout list"),
    "settlement_file": ("Tệp kết quả ngân hàng", "Settlement file"),
    "receipt": ("biên nhận số", "receipt"),
    "known": (
        "Nội dung này đã được nhận trước đây; đây là biên nhận đầu tiên, không nhập lại.",
        "The same content was taken before; this is the first receipt, nothing is taken twice.",
    ),
    "accepted": ("", ""),
    "received": ("{file}: chưa đọc xong.", "{file}: not read yet."),
    "quarantined": (
        "{file}: bị giữ lại vì có dòng hoặc số kiểm soát sai; chưa dòng nào được tính.",
        "{file}: quarantined because a line or a control is wrong; none of its lines counts.",
    ),
    "refused": (
        "{file}: bị từ chối; chỉ lưu biên nhận.",
        "{file}: refused; only the receipt is kept.",
    ),
    "some": ("Dưới đây là {shown} trong {all} lỗi.", "Here are {shown} of {all} problems."),
    "warnings": ("Lưu ý ({shown} trong {all}):", "Warnings ({shown} of {all}):"),
    "is_received": ("chưa đọc", "not read yet"),
    "is_accepted": ("đã nhận", "accepted"),
    "is_quarantined": ("bị giữ lại", "quarantined"),
    "is_refused": ("bị từ chối", "refused"),
    "is_released": ("đã thả", "released"),
    "is_rejected": ("đã loại", "rejected"),
    "is_withdrawn": ("đã rút", "withdrawn"),
    "is_superseded": ("đã được thay", "superseded"),
    "action_warning": ("nhận, kèm cảnh báo", "accept with a warning"),
    "action_quarantine": ("giữ lại", "quarantine"),
    "action_refuse": ("từ chối", "refuse"),
    "match_waiting": ("chờ người thứ hai", "waits for a second person"),
    "match_done": ("được tính", "counts"),
    "match_declined": ("không được duyệt", "declined"),
    "match_taken_back": ("đã rút lại", "taken back"),
    "match_undone": ("đã hoàn tác", "undone"),
    "decision_waiting": (
        "Đã đề nghị về tệp số {file}. Cần một người khác duyệt: chitra files approve {file}",
        "Proposed of file {file}. Another person has to agree: chitra files approve {file}",
    ),
    "decision_done": ("Đã quyết định về tệp số {file}.", "Decided of file {file}."),
    "decision_declined": (
        "Đề nghị về tệp số {file} không được duyệt.",
        "The proposal on file {file} is declined.",
    ),
    "decision_taken_back": (
        "Đã rút lại đề nghị về tệp số {file}.",
        "The proposal on file {file} is taken back.",
    ),
    "changes": (
        "So với tệp số {file}: {same} dòng y nguyên, {added} thêm, {gone} mất, {changed} khác.",
        "Against file {file}: {same} lines the same, {added} added, {gone} gone, {changed} changed.",
    ),
    "touched": (
        "Phải xét lại {lines} dòng chi của {people} người, {settled} đ.",
        "{lines} payout lines of {people} people, {settled} đ, would be judged anew.",
    ),
    "touched_cases": (
        "Việc đang mở: {open_cases}; đã đóng: {closed_cases}. Ngoài phạm vi của bạn: {outside} dòng.",
        "Open cases: {open_cases}; closed: {closed_cases}. Outside your scope: {outside} lines.",
    ),
    "row_file": ("Tệp", "File"),
    "row_cycle": ("Kỳ chi trả", "Cycle"),
    "row_bank": ("Ngân hàng", "Bank"),
    "row_format": ("Loại tệp", "Format"),
    "row_state": ("Tình trạng", "State"),
    "row_lines": ("Số dòng", "Lines"),
    "row_amount": ("Tổng tiền", "Amount"),
    "row_debit": ("Tiền ra", "Debit"),
    "row_credit": ("Tiền vào", "Credit"),
    "row_problems": ("Số lỗi, lưu ý", "Problems"),
    "run": (
        "Lần đối chiếu số {number}, chương trình {programme}, kỳ {cycle}",
        "Run {number} of {programme} {cycle}",
    ),
    "verdict": ("Kết quả", "Verdict"),
    "lines": ("Số dòng", "Lines"),
    "owed": ("Phải chi (đ)", "Owed (đ)"),
    "settled": ("Đã chi (đ)", "Settled (đ)"),
    "total": ("Tổng", "Total"),
    "looked_at": (
        "Đã xét {lines} dòng kết quả ngân hàng. Việc cần xử lý đang mở: {cases}.",
        "{lines} settlement lines looked at. Open cases: {cases}.",
    ),
    "run_as_of": ("Tính đến", "As of"),
    "run_by": ("Do", "By"),
    "run_net": ("Số dòng so với lần trước", "Lines against the run before"),
    "run_waiting": ("đang chạy", "at work"),
    "run_refused": ("bị hủy", "refused"),
    "run_told": (
        "Tính đến ngày {day}. Người yêu cầu: {by}. Quy tắc: {rules}.",
        "As of {day}. Asked for by: {by}. Rules: {rules}.",
    ),
    "first_run": ("lần đầu", "the first"),
    "no_net": ("như lần trước", "as before"),
    "after_run": (
        "tự động, sau lần số {number} của {programme} {cycle}",
        "by itself, after run {number} of {programme} {cycle}",
    ),
    "after_file": ("tự động, vì tệp {file}", "by itself, for file {file}"),
    "runs_compared": (
        "Lần đối chiếu số {after} so với lần số {before}, {programme} {cycle}",
        "Run {after} against run {before} of {programme} {cycle}",
    ),
    "nothing_changed": ("Không dòng nào thay đổi.", "No line changed."),
    "was": ("Trước", "Before"),
    "now": ("Nay", "Now"),
    "no_line": ("(không có dòng)", "(no line)"),
    "more_changes": ("Còn nữa: dùng --json để xem tất cả.", "There are more: --json gives all."),
    "followed": (
        "Kỳ {cycle} của {programme} cũng được đối chiếu lại (lần số {number}).",
        "{programme} {cycle} was judged anew too (run {number}).",
    ),
    "list_confirmed": (
        "Danh sách số {id} được tính từ nay, thay cho danh sách số {other}.",
        "List {id} counts from now on, in the place of list {other}.",
    ),
    "judged_anew": ("Kỳ chi trả đã được đối chiếu lại.", "The cycle was judged anew."),
    "list_cancelled": (
        "Đã hủy danh sách số {id}; danh sách trước vẫn được tính.",
        "List {id} is dropped; the earlier one goes on to count.",
    ),
    "difference": (
        "Danh sách số {id} thay cho danh sách số {other}",
        "List {id} in the place of list {other}",
    ),
    "number": ("Số", "Number"),
    "ward": ("Xã/phường", "Ward"),
    "people": ("Người", "People"),
    "never_measured": ("Chưa đo lần nào. Hãy thêm --measure.", "Never measured. Add --measure."),
    "foretold": ("Dự báo {lines} dòng sẽ chi không thành công.", "{lines} lines are foretold to fail."),
    "added": ("Thêm", "Added"),
    "gone": ("Bỏ", "Gone"),
    "changed": ("Sửa", "Changed"),
    "before": ("Trước (đ)", "Before (đ)"),
    "after": ("Sau (đ)", "After (đ)"),
    "those_settled": (
        "Ngân hàng đã chi, mà dòng bị bỏ hoặc sửa:",
        "Paid by the bank already, and gone or changed:",
    ),
    "those_gone": ("Bỏ:", "Gone:"),
    "those_changed": ("Sửa:", "Changed:"),
    "those_added": ("Thêm:", "Added:"),
    "paid_by": ("đã chi theo", "paid by"),
    "is_cancelled": ("đã hủy", "cancelled"),
    "is_waiting": ("chờ xác nhận", "to be confirmed"),
    "list_waits": (
        "Chưa được tính. Hãy xem `chitra lists diff {id}`, rồi dùng `lists confirm` hoặc `lists cancel`.",
        "It does not count yet. See `chitra lists diff {id}`, then `lists confirm` or `lists cancel`.",
    ),
    "registry_taken": (
        "Đã nhận tệp hồ sơ số {id}: {people} người, {new} người mới, {proposals} thay đổi chờ duyệt.",
        "Registry file {id} is taken in: {people} people, {new} new, {proposals} changes to be approved.",
    ),
    "nothing_waits": ("Không có thay đổi hồ sơ nào chờ duyệt.", "No change of the registry waits."),
    "regular": ("Trợ cấp thường xuyên kỳ {cycle}", "Regular allowances of {cycle}"),
    "draft_made": (
        "Dự thảo số {id} chưa có hiệu lực. Hãy xem ở trang /drafts/{id} rồi đề nghị người khác duyệt.",
        "Draft {id} counts for nothing yet. See /drafts/{id}, then ask another person to approve it.",
    ),
    "no_orders": ("Không có lệnh chi nào.", "There is no payment order."),
    "row_order": ("Lệnh chi", "Order"),
    "payer_set": ("{bank} trích tài khoản {account} để chi.", "{bank} pays from the account {account}."),
    "written": ("Đã ghi {out}", "Written: {out}"),
    "report_known": (
        "Báo cáo số {id}: {name}, {cycle}, lần đối chiếu số {run}. Tệp còn nguyên.",
        "Report {id}: {name}, {cycle}, run {run}. The file is as it was given out.",
    ),
    "report_same": ("Lập lại ra đúng tệp này.", "Made again it is the same file."),
    "report_differs": (
        "Lập lại hôm nay ra tệp khác: có dữ liệu ngoài lần đối chiếu đã đổi, hoặc chitra đã đổi phiên bản.",
        "Made again today it differs: facts beside the run have changed, or the version of chitra.",
    ),
}
