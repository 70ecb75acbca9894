"""Commands on profiles: which there are, what one says, how it reads a file, and a proposal of a new one."""

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payouts.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payouts.core.problems import Language
    from payouts.settlements.guessing.guess import Guess
    from payouts.settlements.guessing.trial import Trial
    from payouts.settlements.profiles import Profile

profiles = typer.Typer(no_args_is_help=True, help="Mẫu tệp của ngân hàng · Layouts of banks' files.")

WIDTH = 80
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX.")]


@profiles.command("list")
def list_profiles(as_json: AsJson = False) -> None:
    """Liệt kê các mẫu tệp: có sẵn, thêm trong thư mục dữ liệu, và mẫu hỏng.

    Lists the profiles: those that come with the service, those of the data folder, and broken ones.
    """
    from payouts.settlements.profiles import broken_profiles
    from payouts.settlements.profiles import profiles as known

    language = _language()
    broken = {name: error.said(language) for name, error in broken_profiles().items()}
    if as_json:
        for profile in known().values():
            typer.echo(json.dumps(_facts(profile), ensure_ascii=False))
        for name, said in broken.items():
            typer.echo(json.dumps({"profile": name, "broken": said}, ensure_ascii=False))
        return
    for profile in known().values():
        kinds = "/".join(sorted(profile.formats))
        whose = profile.bank or "-"
        origin = _say(language, "shipped" if profile.shipped else "added")
        typer.echo(f"{profile.name:<24} {whose:<8} {kinds:<9} {origin}")
        typer.echo("\n".join(_wrapped(profile.title, "  ")))
    for name, said in broken.items():
        typer.echo(f"{name:<24} {_say(language, 'broken')}")
        typer.echo("\n".join(_wrapped(said, "  ")))


@profiles.command("show")
def show_profile(name: Annotated[str, typer.Argument(metavar="NAME", help="Tên mẫu tệp.")]) -> None:
    """In một mẫu tệp (YAML), để xem hoặc chép làm mẫu mới.

    Prints a profile as YAML, to look at or to start a new one from.
    """
    from payouts.settlements.profiles import profile_text

    typer.echo(profile_text(name), nl=False)


@profiles.command("test")
def try_one(
    file: File,
    profile: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="Tên mẫu tệp, hoặc một tệp YAML.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Đọc thử một tệp: các dòng đầu được hiểu thế nào, có gì sai. Không thay đổi gì.

    Reads a file by a profile and shows the first lines as they would count, and what is wrong.
    """
    from payouts.core.quick import quick_settings
    from payouts.settlements.guessing.trial import try_profile

    settings = quick_settings()
    _must_exist(file)
    trial = try_profile(file, _named(profile), settings.currency)
    if as_json:
        typer.echo(json.dumps(_trial_facts(file, trial, settings.language), ensure_ascii=False, default=str))
    else:
        typer.echo("\n".join(_shown(file, trial, settings.language)))
    if trial.report.outcome == "refused":
        raise typer.Exit(1)


@profiles.command("guess")
def guess_profile(
    file: File,
    out: Annotated[Path | None, typer.Option("--out", metavar="F.yaml", help="Ghi mẫu vào tệp này.")] = None,
    as_json: AsJson = False,
) -> None:
    """Đề nghị một mẫu tệp cho tệp lạ, để người hoàn chỉnh; nói rõ chỗ chưa chắc.

    Proposes a profile of an unknown file for a person to finish, and says what it is unsure of.
    """
    from payouts.settlements.guessing.guess import guess
    from payouts.settlements.guessing.written import as_yaml, doubts

    language = _language()
    _must_exist(file)
    if out is not None and out.exists():
        raise RefusedError("file_exists", f"{out}: đã có tệp này. Hãy chọn tên khác.")
    made = guess(file)
    text = as_yaml(made, file.name, language)
    if out is not None:
        _write(out, text)
    if as_json:
        told = {"file": str(file), "encoding": made.encoding, "header_row": made.header_row, "yaml": text}
        typer.echo(json.dumps({**told, "doubts": doubts(made, language)}, ensure_ascii=False))
        return
    if out is None:
        typer.echo(text, nl=False)
        return
    typer.echo("\n".join(_guessed(made, doubts(made, language), out, file, language)))


def _named(profile: str | None) -> "Profile | str | None":
    """Take a path of a YAML file for the profile in it."""
    from payouts.settlements.profiles import read_profile

    if profile is None or not profile.endswith((".yaml", ".yml")):
        return profile
    path = Path(profile)
    _must_exist(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError("cannot_read", f"{path}: không đọc được ({error}).") from None
    return read_profile(path.stem, text, path)


def _facts(profile: "Profile") -> dict[str, Any]:
    return {
        "profile": profile.name,
        "title": profile.title,
        "bank": profile.bank,
        "formats": sorted(profile.formats),
        "encoding": profile.encoding,
        "cash": profile.cash,
        "source": str(profile.source) if profile.source else None,
    }


def _trial_facts(file: Path, trial: "Trial", language: "Language") -> dict[str, Any]:
    report = trial.report
    return {
        "file": str(file),
        "profile": report.profile,
        "outcome": report.outcome,
        "lines": report.lines,
        "first": trial.lines,
        "problems": [
            {"line": one.line, "field": one.field, "code": one.code, "message": one.message(language)}
            for one in report.problems
        ],
    }


def _shown(file: Path, trial: "Trial", language: "Language") -> "Iterator[str]":
    """Say how a file would be read, within 80 columns."""
    from payouts.cli.check import told_problems
    from payouts.core.terms import grouped

    report = trial.report
    yield f"{file}"
    by = f"{_say(language, 'profile')} {report.profile or '-'}"
    yield f"  {report.format} ({by}) · {_say(language, report.outcome)}"
    yield f"  {grouped(report.lines, language)} {_say(language, 'lines')}"
    for line in trial.lines:
        head = [_say(language, "line") + f" {line['line']}", str(line.get("status", "-"))]
        amount = line.get("amount")
        head.append("-" if amount is None else f"{grouped(amount, language)} {line.get('currency', '')}")
        if "booked_on" in line:
            head.append(f"{line['booked_on']:%d/%m/%Y}")
        yield "  " + " · ".join(head)
        rest = [f"{name}: {value}" for name, value in line.items() if name not in _IN_HEAD]
        yield from _wrapped(" | ".join(rest), "      ")
    yield from told_problems(report.problems, report.problem_count, language)


_IN_HEAD = frozenset({"line", "status", "amount", "currency", "booked_on", "statement"})


def _guessed(
    made: "Guess", unsure: "Iterable[str]", out: Path, file: Path, language: "Language"
) -> "Iterator[str]":
    yield from _wrapped(_say(language, "guessed").format(out=out, row=made.header_row), "")
    for doubt in unsure:
        yield from _wrapped(f"? {doubt}", "  ")
    yield _say(language, "next")
    yield f"  chitra profiles test {file} --profile {out}"


def _wrapped(text: str, indent: str) -> list[str]:
    printable = "".join(letter if letter.isprintable() else "�" for letter in text)
    return textwrap.wrap(
        printable, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    )


def _language() -> "Language":
    from payouts.core.quick import quick_settings

    return quick_settings().language


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise RefusedError("no_such_file", f"{path}: không có tệp này. Hãy kiểm tra đường dẫn.")


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RefusedError("cannot_write", f"Không ghi được {out}: {error.strerror}.") from error


def _say(language: "Language", key: str) -> str:
    return _WORDS[key][0 if language == "vi" else 1]


_WORDS = {
    "shipped": ("có sẵn", "comes with the service"),
    "added": ("thêm vào", "added"),
    "broken": ("HỎNG, không dùng", "BROKEN, not used"),
    "profile": ("mẫu", "profile"),
    "lines": ("dòng", "lines"),
    "line": ("dòng", "line"),
    "accepted": ("ĐƯỢC NHẬN", "ACCEPTED"),
    "quarantined": ("BỊ GIỮ LẠI", "QUARANTINED"),
    "refused": ("BỊ TỪ CHỐI", "REFUSED"),
    "guessed": (
        "Đã ghi {out}. Tiêu đề ở dòng {row}. Cần người xem lại:",
        "Written {out}. The headings are in row {row}. A person has to look at:",
    ),
    "next": ("Sửa xong, hãy đọc thử:", "Then try it:"),
}
