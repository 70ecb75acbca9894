"""Commands of reports: which there are, make one, take the evidence of a line, check whether one is ours."""

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from payouts.cli.desk import TokenFile, at_desk
from payouts.cli.facts import AsJson, Cycle, Lang, OfRun, Programme
from payouts.cli.telling import say

report = typer.Typer(no_args_is_help=True, help="Báo cáo của một kỳ · Reports of a cycle.")

OnDay = Annotated[
    dt.datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], metavar="2026-11-20", help="Như đã biết ngày này · As known."),
]
Target = Annotated[Path, typer.Option("--out", metavar="FILE", help="Tệp ghi ra · Where to write.")]


@report.command("list")
def list_reports(as_json: AsJson = False) -> None:
    """Liệt kê các báo cáo và dạng tệp của chúng.

    Lists the reports there are, and in which forms.
    """
    from payouts.core.settings import get_settings
    from payouts.reports.catalogue import KINDS

    language = get_settings().language
    for name, kind in KINDS.items():
        told = {"name": name, "title": kind.title.said(language), "forms": list(kind.forms)}
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False))
        else:
            typer.echo(f"{name:<12} {', '.join(kind.forms):<16} {told['title']}")


@report.command("make")
def make_report(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Tên báo cáo · Of `chitra report list`.")],
    cycle: Cycle,
    programme: Programme,
    out: Target,
    run: OfRun = None,
    on: OnDay = None,
    lang: Lang = "vi",
    by: Annotated[str | None, typer.Option(help="Rút mẫu theo · verdict, ward, bank, channel.")] = None,
    size: Annotated[int | None, typer.Option(min=1, help="Số dòng mỗi tầng · Lines of a stratum.")] = None,
    seed: Annotated[str | None, typer.Option(help="Hạt giống để rút mẫu · Seed of the sample.")] = None,
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Lập một báo cáo; dạng tệp theo đuôi của --out: .xlsx, .pdf hoặc .csv.

    Makes a report in the form that the end of --out names.
    """
    from payouts.core.errors import RefusedError
    from payouts.reports.catalogue import Form, kind_of
    from payouts.reports.issuing import Wanted, give

    form = next((form for form in get_args(Form) if out.suffix.lower() == f".{form}"), None)
    if form is None:
        raise RefusedError("no_such_form", f"{out}: tên tệp phải có đuôi .xlsx, .pdf hoặc .csv.")
    given = {"by": by, "size": size, "seed": seed}
    options = {each: str(value) for each, value in given.items() if value is not None}
    wanted = Wanted(
        name, programme, cycle, form, run, on.date() if on else None, lang, options, token_file is None
    )
    with at_desk(kind_of(name).permission, token_file) as desk:
        issue = _written(
            out, lambda path: give(desk.database, desk.settings, wanted, desk.scope, path, by=desk.who)
        )
        told = {"id": issue.id, "run": issue.run_number, "sha256": issue.sha256, "size": issue.size}
        if as_json:
            typer.echo(json.dumps({"file": str(out), **told}, ensure_ascii=False))
        else:
            typer.echo(say(desk.settings.language, "written").format(out=out))
            typer.echo(f"  SHA-256 {issue.sha256}")


@report.command("evidence")
def take_evidence(
    line_ref: Annotated[str, typer.Argument(metavar="LINE_REF", help="Mã dòng chi · Of a payout line.")],
    cycle: Cycle,
    programme: Programme,
    out: Target,
    run: OfRun = None,
    on: OnDay = None,
    token_file: TokenFile = None,
) -> None:
    """Lấy hồ sơ chứng cứ của một dòng chi (ZIP): dòng danh sách, dòng ngân hàng, kết quả, sự kiện, mã băm.

    Writes all that is known of a payout line as a ZIP.
    """
    from payouts.reports.issuing import Line, give_evidence

    with at_desk("evidence.take", token_file) as desk:
        line = Line(programme, cycle, line_ref.strip().upper(), run, on.date() if on else None)
        _written(
            out, lambda path: give_evidence(desk.database, desk.settings, line, desk.scope, path, by=desk.who)
        )
        typer.echo(say(desk.settings.language, "written").format(out=out))


@report.command("check")
def check_report(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp báo cáo · A report.")],
    as_json: AsJson = False,
) -> None:
    """Cho biết một tệp có đúng là báo cáo do chitra lập ra, và lập lại có ra đúng như vậy không.

    Tells whether a file is a report that was given out here, untouched, and whether making it again gives the
    same bytes.
    """
    import hashlib

    from payouts.core.errors import NotFoundError, RefusedError
    from payouts.reports.issuing import again, issued_as, room_for

    if not file.is_file():
        raise RefusedError("no_such_file", f"{file}: không có tệp này. Hãy kiểm tra đường dẫn.")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with at_desk("audit.see") as desk, desk.database.reading() as session:
        found = issued_as(session, digest)
        if not found:
            raise NotFoundError(
                "not_given_out",
                f"{file}: không phải báo cáo chitra đã lập, hoặc đã bị sửa (SHA-256 {digest}).",
            )
        issue = found[0]
        with room_for(desk.settings, issue.form) as path:
            same = again(session, desk.settings, issue, path)
        told: dict[str, Any] = {
            **issue.model_dump(mode="json", exclude={"run_id", "plan_id", "kept"}),
            "made_again_the_same": same,
        }
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False))
            return
        key = "report_same" if same else "report_differs"
        typer.echo(
            say(desk.settings.language, "report_known").format(
                id=issue.id, name=issue.name, cycle=f"{issue.programme} {issue.cycle}", run=issue.run_number
            )
        )
        typer.echo(say(desk.settings.language, key))


def _written(out: Path, write: Any) -> Any:
    """Let a file be written beside its place and put it there when it is whole."""
    from payouts.core.errors import RefusedError

    part = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        result = write(part)
        part.replace(out)
    except OSError as error:
        raise RefusedError("cannot_write", f"Không ghi được {out}: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return result
