"""Reads YAML that people write; of a wrong file it says which key, in which line, and how to mend it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from payouts.core.errors import RefusedError
from payouts.core.problems import Language

if TYPE_CHECKING:
    import yaml

LARGEST = 64 * 1024  # characters of a file
SUFFIX = ".yaml"

SeenFiles = tuple[tuple[Path, int, int], ...]  # files with their times and sizes


class YamlFileError(RefusedError):
    """A file cannot be as it is; `message` and `english` name the place and say how to mend it."""

    code_of_kind: ClassVar[str]

    def __init__(self, message: str, english: str) -> None:
        super().__init__(self.code_of_kind, message)
        self.english = english

    def said(self, language: Language = "vi") -> str:
        """Say what is wrong and how to mend it."""
        return self.message if language == "vi" else self.english


class YamlFile:
    """The keys of one file, each with the line in which it stands.

    Args:
        name: of the file, for messages
        text: its YAML

    Raises:
        YamlFileError: the text is no table, is too long, or a key stands twice
    """

    kind: ClassVar[tuple[str, str]]  # what such a file is called, in Vietnamese and in English
    error: ClassVar[type[YamlFileError]]

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.lines: dict[str, int] = {}
        self.raw = self._read(text)

    def wrong(self, key: str, vi: str, en: str) -> YamlFileError:
        """Make the error of a key: where it stands, and what is wrong with it."""
        place = key
        while place and place not in self.lines:
            place = place.rpartition(".")[0]
        line = self.lines.get(place)
        at = (f", dòng {line}", f", line {line}") if line else ("", "")
        of = (f", khóa {key}", f", key {key}") if key else ("", "")
        return self.error(
            f"{self.kind[0]} “{self.name}”{at[0]}{of[0]}: {vi}.",
            f"{self.kind[1]} “{self.name}”{at[1]}{of[1]}: {en}.",
        )

    def only(self, known: Iterable[str], found: Mapping[str, Any], path: str) -> None:
        """Refuse keys that nobody knows: a slip in one would go unseen."""
        for key in found:
            if key not in known:
                of = ", ".join(known)
                where = f"{path}.{key}" if path else str(key)
                raise self.wrong(where, f"khóa lạ. Hãy dùng: {of}", f"unknown. Use one of: {of}")

    def _read(self, text: str) -> dict[str, Any]:
        import yaml  # noqa: PLC0415  # most commands need no such file, and YAML takes 30 ms to import

        if len(text) > LARGEST:
            raise self.wrong("", f"dài hơn {LARGEST} ký tự", f"longer than {LARGEST} characters")
        try:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built
            self._note(yaml.compose(text, Loader=loader), "", set())
            raw = yaml.load(text, Loader=loader)  # noqa: S506  # both are the safe one
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            said = getattr(error, "problem", None) or "?"
            if mark is not None:
                self.lines[""] = mark.line + 1
            raise self.wrong(
                "", f"không phải YAML: {said}. Hãy xem lại dấu câu và thụt dòng", f"no YAML: {said}"
            ) from None
        except (RecursionError, ValueError) as error:
            raise self.wrong("", f"không phải YAML: {error}", f"no YAML: {error}") from None
        if not isinstance(raw, dict):
            raise self.wrong("", "phải là một bảng các khóa", "must be a table of keys")
        return raw

    def _note(self, node: "yaml.Node | None", path: str, seen: set[int]) -> None:
        """Note in which line each key stands; one that stands twice would hide the other."""
        if getattr(node, "id", "") != "mapping" or node is None or id(node) in seen:
            return
        seen.add(id(node))  # an alias leads to it again
        for key, value in node.value:
            if not isinstance(key.value, str):
                raise self.wrong("", "khóa phải là chữ", "a key must be text")
            name = f"{path}.{key.value}" if path else key.value
            if name in self.lines:
                first = self.lines[name]
                raise self.wrong(
                    name, f"đứng hai lần. Hãy gộp làm một (dòng {first})", "stands twice. Join them"
                )
            self.lines[name] = key.start_mark.line + 1
            self._note(value, name, seen)


def read_text(path: Path, size: int, error: type[YamlFileError]) -> str:
    """Read the text of such a file.

    Args:
        path: the file
        size: its bytes
        error: what to raise

    Raises:
        YamlFileError: it is no file, too long, or no text
    """
    try:
        if size > LARGEST * 4 or not path.is_file():
            raise error(f"{path}: không phải tệp YAML như vậy.", f"{path}: no such YAML file.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        raise error(f"{path}: không đọc được ({why}).", f"{path}: cannot be read ({why}).") from None


def files_in(folder: Path) -> SeenFiles:
    """List the YAML files of a folder with their times and sizes; none where there is no folder."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
        return tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    except OSError:
        return ()


def quoted(value: object) -> str:
    """Write a value of a file for a message; of what may be without end only its kind."""
    plain = value is None or isinstance(value, str | bool | int | float | dt.date)
    return str(value)[:60] if plain else type(value).__name__
