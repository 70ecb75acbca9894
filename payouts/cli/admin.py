"""Commands for whoever runs the service: the database, members of staff, bank clients."""

# `chitra --help` and `chitra match` start fast: what only one command needs is loaded by it

import contextlib
import datetime as dt
import getpass
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payouts.core.clock import VIETNAM

if TYPE_CHECKING:
    from sqlmodel import Session

db = typer.Typer(no_args_is_help=True, help="Cơ sở dữ liệu · The database.")
users = typer.Typer(no_args_is_help=True, help="Cán bộ · Members of staff.")
banks = typer.Typer(no_args_is_help=True, help="Khóa của ngân hàng · Bank clients.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
KeyNumber = Annotated[int, typer.Argument(metavar="ID", help="Number of the key in `chitra banks list`.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]


@db.command("upgrade")
def upgrade_database(*, as_json: AsJson = False) -> None:
    """Bring the database to this version; a SQLite file is copied first."""
    from payouts.core.settings import get_settings
    from payouts.migrations.upgrade import upgrade

    done = upgrade(get_settings())
    copy = str(done.copy) if done.copy else None
    said = (
        f"Cơ sở dữ liệu đã ở phiên bản {done.after}."
        if done.before == done.after
        else f"Đã nâng cấp cơ sở dữ liệu từ {done.before or 'trống'} lên {done.after}."
        + (f" Bản sao trước khi nâng cấp: {copy}" if copy else "")
    )
    _say({"before": done.before, "after": done.after, "copy": copy}, said, as_json=as_json)


@users.command("add")
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="admin, province, ward, accountant, auditor or visitor.")],
    area: Annotated[
        list[str] | None, typer.Option(help="Ward code, five digits; may be given again.")
    ] = None,
    programme: Annotated[
        list[str] | None, typer.Option(help="Limit to a programme, e.g. BTXH; may be given again.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Add a member of staff and print their one-time password, once."""
    from payouts.identity.users import add_user

    areas, programmes = area or [], programme or []
    with _session() as session:
        password = add_user(session, name, role, areas=areas, programmes=programmes, by=_me())
    username = name.strip().lower()
    _say(
        {
            "username": username,
            "password": password,
            "role": role,
            "area": areas[0] if areas else None,
            "areas": areas,
            "programmes": programmes,
        },
        f"Đã thêm {username}. Mật khẩu dùng một lần (chỉ hiện lần này, hết hạn sau 72 giờ): {password}",
        as_json=as_json,
    )


@users.command("list")
def show_users(*, as_json: AsJson = False) -> None:
    """List members of staff."""
    from payouts.identity.users import list_users

    with _session() as session:
        found = list_users(session)
    for user in found:
        where = ", ".join((*user.areas, *user.programmes)) or "-"
        _say(
            {
                "username": user.username,
                "role": user.role,
                "areas": user.areas,
                "programmes": user.programmes,
                "disabled": user.disabled,
            },
            f"{user.username}\t{user.role}\t{where}\t{'đã khóa' if user.disabled else 'đang hoạt động'}",
            as_json=as_json,
        )


@users.command("disable")
def disable(name: Name, *, as_json: AsJson = False) -> None:
    """Let a member of staff in no more; what they did stays on record."""
    from payouts.identity.users import disable_user

    with _session() as session:
        disable_user(session, name, by=_me())
    _say({"username": name, "disabled": True}, f"Đã khóa {name}.", as_json=as_json)


@users.command("reset")
def reset(name: Name, *, as_json: AsJson = False) -> None:
    """Give a member of staff a new one-time password and print it, once."""
    from payouts.identity.users import reset_password

    with _session() as session:
        password = reset_password(session, name, by=_me())
    _say(
        {"username": name, "password": password},
        f"Mật khẩu dùng một lần mới của {name} (chỉ hiện lần này, hết hạn sau 72 giờ): {password}",
        as_json=as_json,
    )


@users.command("token")
def token(
    name: Name,
    label: Annotated[str, typer.Option(help="What the program is.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Make a token with which a program acts for a member of staff and print it, once."""
    from payouts.identity.users import issue_token

    with _session() as session:
        made = issue_token(session, name, label=label, by=_me())
    _say(
        {"username": name, "token": made},
        f"Mã truy cập của {name} (chỉ hiện lần này, hết hạn sau một năm): {made}",
        as_json=as_json,
    )


@users.command("declare")
def declare_persons(
    name: Name,
    own: Annotated[str | None, typer.Option("--self", help="Their own identity number.")] = None,
    relative: Annotated[
        list[str] | None, typer.Option(help="A relative's identity number; may be given again.")
    ] = None,
    end: Annotated[list[str] | None, typer.Option(help="Declared by mistake; the row stays.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Declare whose payments a member of staff never decides, and print who is declared."""
    from payouts.identity.declared import declare, declared_of, end_declaration

    with _session() as session:
        for mistaken in end or []:
            end_declaration(session, name, mistaken, by=_me())
        if own:
            declare(session, name, own, "self", by=_me())
        for theirs in relative or []:
            declare(session, name, theirs, "relative", by=_me())
        known = [(each.relation, each.citizen_id) for each in declared_of(session, name.strip().lower())]
    words = {"self": "bản thân", "relative": "người thân"}
    said = ", ".join(f"{words[relation]} {number}" for relation, number in known) or "chưa khai ai"
    _say(
        {"username": name, "declared": [{"relation": r, "citizen_id": n} for r, n in known]},
        f"{name}: {said}",
        as_json=as_json,
    )


@banks.command("add-client")
def add_client(
    bank: Annotated[str, typer.Option(help="Code of the bank, e.g. MB; BIN, CITAD or SWIFT will do.")],
    label: Annotated[str, typer.Option(help="What the key is for.")] = "",
    *,
    test: Annotated[
        bool, typer.Option("--test", help="For trying out: its files are read and never count.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Give a bank a key for the API and print it, once."""
    from payouts.identity.banks import add_bank_client

    with _session() as session:
        code, key = add_bank_client(session, bank, label=label, test=test, by=_me())
    _say(
        {"bank_code": code, "key": key, "test": test},
        f"Khóa {'thử ' if test else ''}của ngân hàng {code} (chỉ hiện lần này): {key}",
        as_json=as_json,
    )


@banks.command("rotate")
def rotate_key(
    number: KeyNumber,
    days: Annotated[int, typer.Option(min=0, max=366, help="How long the old key stays in use.")] = 30,
    *,
    as_json: AsJson = False,
) -> None:
    """Give a bank a new key in the place of one, print it, once, and let the old one end later."""
    from payouts.identity.banks import rotate_bank_key

    with _session() as session:
        code, key, ends_at = rotate_bank_key(session, number, overlap=dt.timedelta(days=days), by=_me())
    _say(
        {"bank_code": code, "key": key, "replaces": number, "old_key_ends_at": ends_at.isoformat()},
        f"Khóa mới của ngân hàng {code} (chỉ hiện lần này): {key}\n"
        f"Khóa số {number} còn dùng được đến {ends_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}.",
        as_json=as_json,
    )


@banks.command("list")
def show_banks(*, as_json: AsJson = False) -> None:
    """List the keys of banks, and which of them end; the keys themselves are not kept."""
    from payouts.core import clock
    from payouts.identity.banks import list_bank_clients

    with _session() as session:
        found = list_bank_clients(session)
    for key in found:
        left = (key.ends_at - clock.now()) if key.ends_at else None
        state = "đang hoạt động"
        if key.disabled:
            state = "đã khóa"
        elif key.ends_at and left is not None:
            until = f"{key.ends_at.astimezone(VIETNAM):%d/%m/%Y}"
            state = f"đã hết hạn {until}" if left.days < 0 else f"sắp hết hạn: {until}, còn {left.days} ngày"
        _say(
            {
                "id": key.id,
                "bank_code": key.bank_code,
                "label": key.label,
                "test": key.test,
                "ends_at": key.ends_at.isoformat() if key.ends_at else None,
                "disabled": key.disabled,
            },
            f"{key.id}\t{key.bank_code}\t{key.label or '-'}\t{'thử' if key.test else 'thật'}\t{state}",
            as_json=as_json,
        )


@banks.command("disable")
def disable_key(
    number: KeyNumber,
    *,
    as_json: AsJson = False,
) -> None:
    """Take a bank's key out of use, for good."""
    from payouts.identity.banks import disable_bank_key

    with _session() as session:
        disable_bank_key(session, number, by=_me())
    _say({"id": number, "disabled": True}, f"Đã khóa khóa số {number}.", as_json=as_json)


@contextlib.contextmanager
def _session() -> Iterator["Session"]:
    from payouts.core.settings import get_settings
    from payouts.migrations.upgrade import open_current

    with open_current(get_settings()) as database, database.session() as session:
        yield session


def _me() -> str:
    """Name whoever runs the command, for the audit trail."""
    return f"shell {getpass.getuser()}"


def _say(facts: dict[str, Any], said: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else said)
