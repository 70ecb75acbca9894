"""The commands for programs that are told of what happens: add, list, log, try, stop, let go on."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sqlmodel import Session

    from payouts.webhooks.models import Subscriber

webhooks = typer.Typer(no_args_is_help=True, help="Nơi nhận tin tự động · Programs that are told.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Number = Annotated[
    int, typer.Argument(min=1, metavar="ID", help="Số in ra bởi `chitra webhooks list` · As listed.")
]


@webhooks.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Tên gọi · What people call it.")],
    url: Annotated[str, typer.Argument(help="Địa chỉ nhận tin, https · Where it listens.")],
    event: Annotated[
        list[str] | None, typer.Option(help="Loại tin, mặc định tất cả · What it is told.")
    ] = None,
    programme: Annotated[
        list[str] | None, typer.Option(help="Chỉ chương trình này · Only of this programme.")
    ] = None,
    area: Annotated[list[str] | None, typer.Option(help="Chỉ xã/phường này · Only of this ward.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Đăng ký một nơi nhận tin và in khóa ký, chỉ một lần.

    Let a program be told from now on, and print the secret that signs, once.
    """
    from payouts.webhooks.subscribing import subscribe

    with _session() as session:
        made, secret = subscribe(
            session, name, url, events=event or (), programmes=programme or (), areas=area or (), by=_me()
        )
    _say(
        {"id": made.id, "name": made.name, "secret": secret},
        f"{made.id}\t{made.name}\nKhóa ký (chỉ hiện lần này): {secret}",
        as_json=as_json,
    )


@webhooks.command("list")
def list_all(*, as_json: AsJson = False) -> None:
    """Liệt kê các nơi nhận tin và số tin đang chờ.

    Print who is told, and what waits for each.
    """
    from payouts.webhooks.store import waiting_counts
    from payouts.webhooks.subscribing import subscribers

    with _session() as session:
        counts = waiting_counts(session)
        for each in subscribers(session):
            state = "stopped" if each.disabled_at else "failing" if each.failures else "told"
            waiting = counts.get(each.id or 0, {}).get("waiting", 0)
            told = {"id": each.id, "name": each.name, "url": each.url, "state": state, "waiting": waiting}
            _say(told, "\t".join(str(value) for value in told.values()), as_json=as_json)


@webhooks.command("log")
def log(
    number: Number,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    *,
    as_json: AsJson = False,
) -> None:
    """Liệt kê tin đã gửi một nơi nhận, mới nhất trước, và kết quả.

    Print what a program was sent, the latest first, and what became of it.
    """
    from payouts.webhooks.store import log_of

    with _session() as session:
        for message, attempts in log_of(session, number, limit=limit).items:
            last = attempts[-1] if attempts else None
            told = {
                "id": message.id,
                "uid": message.uid,
                "type": message.type,
                "state": message.state,
                "attempts": len(attempts),
                "last": (last.status or last.problem) if last else None,
            }
            _say(told, "\t".join(str(value) for value in told.values()), as_json=as_json)


@webhooks.command("ping")
def send_trial(number: Number) -> None:
    """Gửi một tin thử; chương trình nền đang chạy sẽ chuyển đi.

    Send a message that says nothing; a running worker delivers it.
    """
    from payouts.webhooks.subscribing import ping

    with _session() as session:
        typer.echo(ping(session, number, by=_me()).uid)


@webhooks.command("rotate")
def change_secret(number: Number, *, as_json: AsJson = False) -> None:
    """Đổi khóa ký và in khóa mới, chỉ một lần; khóa cũ còn dùng thêm một ngày.

    Give a program another secret and print it, once; for a day the old one signs beside it.
    """
    from payouts.webhooks.subscribing import rotate

    with _session() as session:
        made, secret = rotate(session, number, by=_me())
    _say({"id": made.id, "secret": secret}, f"Khóa ký mới (chỉ hiện lần này): {secret}", as_json=as_json)


@webhooks.command("disable")
def stop(
    number: Number, why: Annotated[str, typer.Option(help="Vì sao dừng · Why it is stopped.")] = ""
) -> None:
    """Ngừng gửi tin cho một nơi nhận; tin đang chờ vẫn được giữ.

    Tell a program nothing more; what waits for it goes on waiting.
    """
    from payouts.webhooks.subscribing import disable

    with _session() as session:
        _tell(disable(session, number, by=_me(), why=why))


@webhooks.command("enable")
def go_on(
    number: Number,
    drop: Annotated[bool, typer.Option("--drop", help="Bỏ tin đang chờ · Do not send what waited.")] = False,
) -> None:
    """Gửi tin trở lại, tin đang chờ trước.

    Tell a program again, what waited first.
    """
    from payouts.webhooks.subscribing import enable

    with _session() as session:
        _tell(enable(session, number, by=_me(), drop=drop))


@webhooks.command("resend")
def send_again(
    number: Number,
    message: Annotated[int, typer.Argument(min=1, help="Số in ra bởi `chitra webhooks log` · As listed.")],
) -> None:
    """Gửi lại một tin, giữ nguyên mã của tin.

    Send a message anew, under its own id.
    """
    from payouts.webhooks.subscribing import resend

    with _session() as session:
        typer.echo(resend(session, number, message, by=_me()).uid)


@contextmanager
def _session() -> "Iterator[Session]":
    from payouts.core.settings import get_settings
    from payouts.migrations.upgrade import open_current

    with open_current(get_settings()) as database, database.session() as session:
        yield session


def _me() -> str:
    return f"shell {getpass.getuser()}"


def _tell(each: "Subscriber") -> None:
    typer.echo(f"{each.id}\t{each.name}\t{'stopped' if each.disabled_at else 'told'}")


def _say(told: dict[str, Any], words: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else words)
