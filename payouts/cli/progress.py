"""Shows on a terminal how far it is with bringing files in; where nobody looks it shows nothing."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from payouts.core.terms import grouped

LOOK_SECONDS = 0.2


@contextlib.contextmanager
def busy_with(
    paths: list[Path], place: int, lines_so_far: Callable[[], int], words: str, *, shown: bool
) -> Iterator[None]:
    """Show a bar on standard error, over the bytes of all files, while the code inside reads one of them.

    Args:
        paths: all files
        place: of the one that is read, from 0
        lines_so_far: asked now and then from another thread: how many of its lines are read
        words: what the number of lines is called
        shown: not where somebody reads the output by a program
    """
    if not (shown and sys.stderr.isatty()):
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    sizes = [path.stat().st_size for path in paths]
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[lines]}"),
        TimeElapsedColumn(),
    )
    named = f"{place + 1}/{len(paths)} {paths[place].name}"
    over = threading.Event()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(named, total=sum(sizes), completed=sum(sizes[:place]), lines="")

        def look() -> None:
            while not over.wait(LOOK_SECONDS):
                progress.update(task, lines=f"{words}: {grouped(lines_so_far(), 'vi')}")

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        try:
            yield
        finally:
            over.set()
            looking.join()
