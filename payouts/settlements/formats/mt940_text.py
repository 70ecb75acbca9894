"""Cuts the text of an MT940 into blocks and lines, and tells of what no text should hold."""

import io
import re
from collections.abc import Iterator
from typing import TextIO

from payouts.core.problems import Problem
from payouts.settlements.formats.base import FileReport

BEFORE_A_MOVEMENT = re.compile(r"\n(?=:6[12])")  # or before the balance behind the last one
LONGEST_LINE = 4096  # characters; SWIFT allows 65, banks write some hundreds

_BLOCK = 3 << 18  # characters; a block is held several times over
_CONTROLS = {code: None for code in range(32) if chr(code) != "\t"}


def blocks(stream: TextIO) -> Iterator[str]:
    """Yield a file in blocks of whole lines, which end before a movement where they can."""
    kept = ""
    while fresh := stream.read(_BLOCK):
        text = kept + fresh
        cut = text.rfind("\n:61:") + 1 or text.rfind("\n") + 1 or len(text)
        yield text[:cut]
        kept = text[cut:]
    yield kept


class Lines:
    """Cuts blocks into lines; what is odd is told once a file."""

    def __init__(self, report: FileReport) -> None:
        self.report = report
        self.told: set[str] = set()

    def of(self, text: str) -> Iterator[str]:
        """Yield lines without their ends and without control characters."""
        stream = io.StringIO(text, newline="\n")
        while line := stream.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                self._tell("text_line_too_long")
            line = line.removesuffix("\n")
            if not line.isascii():
                line = self._decoded(line)
            if not line.isprintable():
                if "\0" in line:
                    self._tell("control_characters")
                line = line.translate(_CONTROLS)
            yield line

    def _tell(self, code: str) -> None:
        if code not in self.told:
            self.told.add(code)
            self.report.add(Problem(code, values={"line": str(self.report.lines)}))

    def _decoded(self, line: str) -> str:
        """Read bytes that are no UTF-8 as Windows-1252."""
        try:
            line.encode()
        except UnicodeEncodeError:
            self._tell("text_not_utf8")
            return line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
        return line
