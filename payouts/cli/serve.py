"""Commands that stay: the web and API server, the worker, and the demonstration."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payouts.core.errors import RefusedError

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

    from payouts.core.database import Database
    from payouts.core.settings import Settings
    from payouts.demo.start import Demo

commands = typer.Typer()

Host = Annotated[str | None, typer.Option(help="Địa chỉ nghe · Address to listen on.")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Cổng · Port.")]

BACKLOG = 512  # connections that wait to be taken
PATIENCE_SECONDS = 20  # how long requests at hand may take to end at a stop


@commands.command()
def serve(
    host: Host = None,
    port: Port = None,
    *,
    worker: Annotated[
        bool, typer.Option(help="Làm cả công việc nền · Do the jobs in this process too.")
    ] = True,
) -> None:
    """Phục vụ trang web và API.

    Serves the pages and the API; does the jobs too, unless a `chitra worker` does.
    """
    from payouts.core.settings import get_settings

    settings = get_settings()
    with _listening(host or settings.host, settings.port if port is None else port) as door:
        _serve(settings, door, lambda url: typer.echo(f"chitra: {url}"), worker=worker)


@commands.command()
def worker() -> None:
    """Làm các công việc nền: đọc tệp, đối chiếu.

    Does the jobs: reads files, runs reconciliations. Several workers may run at once.
    """
    import signal
    import threading

    from payouts.core.logging import write_log
    from payouts.core.settings import get_settings
    from payouts.jobs.everything import do_everything
    from payouts.migrations.upgrade import open_current

    settings = get_settings()
    write_log(settings)
    database = open_current(settings)
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    typer.echo("chitra worker: đang chờ việc · waiting for jobs")
    try:
        do_everything(database, settings, stop)
    finally:
        database.close()


@commands.command()
def demo(
    *,
    fresh: Annotated[bool, typer.Option(help="Làm lại từ đầu · Start over.")] = False,
    serves: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Mở trang web sau khi tạo xong · Serve the pages.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Một dòng JSON · One line of JSON.")] = False,
    host: Host = None,
    port: Port = None,
) -> None:
    """Tạo một kỳ chi trả mẫu với người và ngân hàng không có thật, rồi mở trang web.

    Makes a sample cycle of invented people in a database of its own, reconciles it and serves the pages.
    """
    from payouts.core.settings import get_settings
    from payouts.demo.start import demo_settings, make_demo

    settings = get_settings()
    wished = (host or settings.host, settings.port if port is None else port)
    with _listening(*wished) if serves else contextlib.nullcontext() as door:
        if not as_json:
            sys.stderr.write("Đang chuẩn bị dữ liệu mẫu… · Preparing the sample…\n")
        made, new = make_demo(settings, fresh=fresh)

        def tell(url: str | None) -> None:
            _tell_json(made, url) if as_json else _tell(settings, made, url, new=new)

        if door is None:
            tell(None)
        else:
            _serve(demo_settings(settings), door, tell, worker=True)


def _tell_json(made: "Demo", url: str | None) -> None:
    sys.stdout.write(json.dumps(made.told(url), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _tell(settings: "Settings", made: "Demo", url: str | None, *, new: bool) -> None:
    """Print what became of the sample and how to sign in."""
    from payouts.core.areas import ward_name
    from payouts.core.terms import VERDICT_TERMS, grouped
    from payouts.demo.start import summaries

    typer.echo(
        "Đã tạo dữ liệu mẫu. · The sample is ready."
        if new
        else "Dữ liệu mẫu đã có; giữ nguyên (--fresh để làm lại). · The sample was there and is kept."
    )
    for summary in summaries(settings, made):
        lines, amount = (grouped(summary["owed"][name], "vi") for name in ("lines", "amount"))
        typer.echo(f"\n{summary['programme']} {summary['cycle']}: {lines} dòng · lines, {amount} đ")
        for verdict, sums in summary["verdicts"].items():
            typer.echo(
                f"  {VERDICT_TERMS[verdict]['vi']:<26} {verdict:<16} {grouped(sums['lines'], 'vi'):>6}  "
                f"{grouped(sums['owed'], 'vi'):>15} đ"
            )
    typer.echo("\nĐăng nhập · Sign in:")
    for user in made.users:
        area = ward_name(user["area"]) if user["area"] else ""
        typer.echo(f"  {user['username']:<10} {user['password']:<22} {user['role']:<11} {area}")
    typer.echo("\nKhóa API của ngân hàng · Bank keys:")
    for bank in made.banks:
        typer.echo(f"  {bank['bank_code']:<5} {bank['key']}")
    if url:
        typer.echo(f"\nMở · Open  {url}    (Ctrl+C để dừng · to stop)")


@contextlib.contextmanager
def _listening(host: str, port: int) -> "Iterator[socket.socket]":
    """Take a port before anything else is done.

    Raises:
        RefusedError: it is taken or not allowed
    """
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            raise RefusedError(
                "port_taken",
                f"Không mở được {host}:{port} ({error.strerror}). Hãy dừng chương trình đang dùng cổng này "
                f"hoặc chọn cổng khác, ví dụ --port {port + 1 if 0 < port < 65535 else 8001}.",  # noqa: PLR2004  # the last port
            ) from None
        yield door


def _application(settings: "Settings", database: "Database") -> "FastAPI":
    from payouts.api.app import create_app
    from payouts.web.app import add_pages

    app = create_app(settings, database)
    add_pages(app, settings)
    return app


def _serve(settings: "Settings", door: "socket.socket", tell: Callable[[str], Any], *, worker: bool) -> None:
    """Serve until told to stop, and let requests and the job at hand end."""
    import threading

    from payouts.core.logging import write_log
    from payouts.jobs.everything import do_everything
    from payouts.migrations.upgrade import open_current

    write_log(settings)
    host, port = door.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    database = open_current(settings)
    stop = threading.Event()
    jobs = threading.Thread(target=do_everything, args=(database, settings, stop), name="jobs")
    try:
        server = _server(_application(settings, database), settings.trusted_proxies, lambda: tell(url))
        if worker:
            jobs.start()
        server.run(sockets=[door])
    finally:
        stop.set()
        if jobs.ident:
            jobs.join()
        database.close()
    if not server.started:
        raise RefusedError("not_started", "Không khởi động được máy chủ. Xem nhật ký ở trên.")


def _server(app: "FastAPI", proxies: str, tell: Callable[[], None]) -> Any:
    """Make a server that says when it answers, and that ends quietly when it is told to stop."""
    import signal

    import uvicorn

    from payouts.api.connections import Connection

    class Server(uvicorn.Server):
        async def startup(self, sockets: "list[socket.socket] | None" = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                tell()

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            before = {name: signal.signal(name, self.handle_exit) for name in (signal.SIGINT, signal.SIGTERM)}
            try:
                yield
            finally:
                for name, handler in before.items():
                    signal.signal(name, handler)

    config = uvicorn.Config(
        app,
        http=Connection,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        backlog=BACKLOG,
        timeout_graceful_shutdown=PATIENCE_SECONDS,
    )
    return Server(config)
