"""Makes mutants of a module or of a step in SQL: each changes one thing that a careless hand might change."""

import ast
import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TOKEN = re.compile(
    r"(?P<comment>--[^\n]*)|(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][A-Za-z_0-9]*)|(?P<number>\d+)"
    r"|(?P<operator><=|>=|<>|\|\||[=<>+\-*/(),.;])|(?P<space>\s+)|(?P<other>.)"
)
# What may stand in the place of what: one token for another.
SWAPS = {
    "=": ("<>",), "<>": ("=",), "<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"),
    "+": ("-",), "-": ("+",), "AND": ("OR",), "OR": ("AND",), "TRUE": ("FALSE",), "FALSE": ("TRUE",),
    "min": ("max",), "max": ("min",), "bool_or": ("bool_and",), "least": ("greatest",), "sum": ("min",),
    "FIRST": ("LAST",), "LAST": ("FIRST",), "DISTINCT": ("",), "DESC": ("",), "NOT": ("",),
    "row_number": ("rank",),
}  # fmt: skip
# Words of one kind: each is changed for the next.
VOCABULARY = (
    ("settled", "rejected", "returned", "pending", "unknown"),
    ("paid", "failed", "missing", "unconfirmed", "review", "offline"),
    ("paid_twice", "account_differs", "amount_differs", "name_differs"),
    ("matched", "reversed", "repeated", "ambiguous", "unexpected", "unrelated"),
    ("reference", "reference_in_text", "account_amount", "account_zeros", "citizen_amount", "account_only",
     "citizen_only", "sum", "return", "confirmed"),
    ("told", "evidence", "last"),
)  # fmt: skip
ENDS_A_CONDITION = frozenset(
    ("WHERE", "GROUP", "ORDER", "HAVING", "UNION", "JOIN", "LEFT", "CROSS", "THEN", "ELSE", "END", "WHEN")
) | frozenset((";", ")", ","))
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
}


@dataclass(frozen=True)
class Mutant:
    """One change: the file in the package, the line, what was and what is, and the whole text."""

    file: str
    line: int
    was: str
    now: str
    text: str

    @property
    def name(self) -> str:
        """What tells it from all others, and stays the same while the line does."""
        return f"{self.file}: {self.was} -> {self.now or 'nothing'}"


@dataclass(frozen=True)
class Token:
    """A piece of SQL and where it stands; depth counts the parentheses around it."""

    kind: str
    text: str
    start: int
    end: int
    depth: int


def mutants(package: Path, file: str) -> list[Mutant]:
    """Make all mutants of a file of the package; two changes that give the same text are one."""
    text = (package / file).read_text(encoding="utf-8")
    made = _of_python(file, text) if file.endswith(".py") else _of_sql(file, text)
    return list({mutant.text: mutant for mutant in made if mutant.text != text}.values())


# --- SQL ---------------------------------------------------------------------------------------------------


def _of_sql(file: str, text: str) -> Iterator[Mutant]:
    for start, end, now in changes_of_sql(text):
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", end)
        last = len(text) if last < 0 else last
        yield Mutant(
            file,
            text.count("\n", 0, start) + 1,
            _one_line(text[first:last]),
            _one_line(text[first:start] + now + text[end:last]),
            text[:start] + now + text[end:],
        )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def changes_of_sql(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what may be changed in SQL: from where, to where, and what stands there then."""
    tokens = _tokens(text)
    for place, token in enumerate(tokens):
        before = tokens[place - 1].text.upper() if place else ""
        for make in (_swapped, _constant, _joined, _condition, _sorted, _first_known):
            for start, end, now in make(tokens, place):
                if not (token.text == "AND" and _is_between(tokens, place)) and before != "AS":
                    yield start, end, now


def _tokens(text: str) -> list[Token]:
    found, depth = [], 0
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind in {"comment", "space"}:
            continue
        depth -= match[0] == ")"
        found.append(Token(kind, match[0], match.start(), match.end(), depth))
        depth += match[0] == "("
    return found


def _is_between(tokens: Sequence[Token], place: int) -> bool:
    inside = [t.text for t in tokens[max(place - 4, 0) : place]]
    return "BETWEEN" in inside


def _swapped(tokens: Sequence[Token], place: int) -> Iterator[tuple[int, int, str]]:
    token = tokens[place]
    if token.kind in {"word", "operator"}:
        for now in SWAPS.get(token.text, ()):
            yield token.start, token.end, now
    if token.text == "IS" and place + 1 < len(tokens) and tokens[place + 1].text == "NULL":
        yield token.start, token.end, "IS NOT"


def _constant(tokens: Sequence[Token], place: int) -> Iterator[tuple[int, int, str]]:
    token = tokens[place]
    if token.kind == "number":
        yield token.start, token.end, str(int(token.text) + 1)
    elif token.kind == "text":
        word = token.text.strip("'")
        if not word:
            yield token.start, token.end, "'?'"
        for words in VOCABULARY:
            if word in words:
                yield token.start, token.end, f"'{words[(words.index(word) + 1) % len(words)]}'"


def _joined(tokens: Sequence[Token], place: int) -> Iterator[tuple[int, int, str]]:
    token, before = tokens[place], tokens[place - 1].text if place else ""
    if token.text == "LEFT":
        yield token.start, token.end, ""
    elif token.text == "JOIN" and before not in {"LEFT", "CROSS"}:
        yield token.start, token.end, "LEFT JOIN"
    elif token.text == "ALL" and before == "UNION":
        yield token.start, token.end, ""
    elif token.text == "UNION" and (place + 1 == len(tokens) or tokens[place + 1].text != "ALL"):
        yield token.start, token.end, "UNION ALL"


def _condition(tokens: Sequence[Token], place: int) -> Iterator[tuple[int, int, str]]:
    """Drop a condition: the one behind AND or OR, the first of several, the only one of WHERE."""
    token = tokens[place]
    opens = token.text in {"AND", "OR", "WHERE", "ON", "HAVING"} and place + 1 < len(tokens)
    if not opens or _is_between(tokens, place):
        return
    end = place + 1
    while end < len(tokens) and not (
        tokens[end].depth < token.depth
        or (
            tokens[end].depth == token.depth
            and (tokens[end].text in ENDS_A_CONDITION or tokens[end].text in {"AND", "OR"})
            and not (tokens[end].text == "AND" and _is_between(tokens, end))
            and tokens[end].text != ")"
        )
    ):
        end += 1
    last = tokens[end - 1].end
    if token.text in {"AND", "OR"}:
        yield token.start, last, ""
    elif end < len(tokens) and tokens[end].text == "AND" and tokens[end].depth == token.depth:
        yield tokens[place + 1].start, tokens[end].end, ""
    else:
        yield tokens[place + 1].start, last, "TRUE"


def _sorted(tokens: Sequence[Token], place: int) -> Iterator[tuple[int, int, str]]:
    """Turn round, or drop, each key of ORDER BY."""
    if tokens[place].text != "BY" or not place or tokens[place - 1].text != "ORDER":
        return
    keys: list[list[Token]] = [[]]
    depth = tokens[place].depth
    for token in tokens[place + 1 :]:
        if token.depth < depth or (
            token.depth == depth and token.text in {";", "ROWS", "LIMIT", "UNION", ")"}
        ):
            break
        if token.depth == depth and token.text == ",":
            keys.append([])
        else:
            keys[-1].append(token)
    for number, key in enumerate(keys):
        words = [token.text for token in key]
        if key and "DESC" not in words:
            kept = next((t for t in key if t.text == "NULLS"), None)
            at = kept.start if kept else key[-1].end
            yield at, at, "DESC " if kept else " DESC"
        if key and number:
            yield keys[number - 1][-1].end, key[-1].end, ""


def _first_known(tokens: Sequence[Token], place: int) -> Iterator[tuple[int, int, str]]:
    """Take of coalesce its first alone."""
    if tokens[place].text != "coalesce":
        return
    depth = tokens[place + 1].depth + 1 if place + 1 < len(tokens) else 0
    comma = close = None
    for token in tokens[place + 2 :]:
        if token.depth == depth and token.text == "," and comma is None:
            comma = token
        if token.depth < depth and token.text == ")":
            close = token
            break
    if comma and close:
        yield comma.start, close.start, ""


# --- Python ------------------------------------------------------------------------------------------------


def _of_python(file: str, text: str) -> Iterator[Mutant]:
    tree = ast.parse(text)
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in documented:
            continue
        for change in _changes(node):
            mutated = copy.deepcopy(tree)
            twin = next(n for place, n in enumerate(ast.walk(mutated)) if place == number)
            was = _one_line(ast.unparse(twin))
            replaced = change(twin)
            if replaced is not twin:
                _put(mutated, twin, replaced)
            now = _one_line(ast.unparse(replaced))
            line = getattr(node, "lineno", 0)
            yield Mutant(file, line, *_around(was, now), ast.unparse(ast.fix_missing_locations(mutated)))


def _around(was: str, now: str) -> tuple[str, str]:
    """Only where two long texts differ."""
    if max(len(was), len(now)) <= 160:
        return was, now
    first = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), 0)
    start = max(first - 60, 0)
    return was[start : first + 80], now[start : first + 80]


def _put(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(each is old for each in value):
                setattr(parent, name, [new if each is old else each for each in value])


def _changes(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if type(operator) in COMPARED:
                yield lambda twin, place=place: _compared(twin, place)
    elif isinstance(node, ast.BoolOp):
        yield _other_junction
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda twin: twin.operand  # type: ignore[attr-defined]  # a UnaryOp as its twin
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        yield _counted
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield lambda _: ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr | ast.AugAssign | ast.Raise) and not isinstance(
        getattr(node, "value", None), ast.Constant | ast.Yield | ast.YieldFrom
    ):
        yield lambda _: ast.Pass()


def _constants(node: ast.Constant) -> Iterator[Callable[[ast.AST], ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield lambda _: ast.Constant(not value)
    elif isinstance(value, int | float):
        yield lambda _: ast.Constant(value + 1)
    elif isinstance(value, str) and re.search(r"\b(SELECT|FROM|WHERE|CASE|JOIN|AND)\b|^v\.", value):
        for start, end, now in changes_of_sql(value):
            mutated = value[:start] + now + value[end:]
            yield lambda _, mutated=mutated: ast.Constant(mutated)


def _compared(twin: ast.AST, place: int) -> ast.AST:
    assert isinstance(twin, ast.Compare)  # noqa: S101  # for the types
    twin.ops[place] = COMPARED[type(twin.ops[place])]()
    return twin


def _other_junction(twin: ast.AST) -> ast.AST:
    assert isinstance(twin, ast.BoolOp)  # noqa: S101  # for the types
    twin.op = ast.Or() if isinstance(twin.op, ast.And) else ast.And()
    return twin


def _counted(twin: ast.AST) -> ast.AST:
    assert isinstance(twin, ast.BinOp)  # noqa: S101  # for the types
    twin.op = COUNTED[type(twin.op)]()
    return twin
