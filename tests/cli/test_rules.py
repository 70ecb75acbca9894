"""`chitra rules`: which versions there are, and what is wrong with a file."""

import json
from pathlib import Path

from tests.cli.conftest import Chitra

OTHER = """version: "x-1"
valid_from: 2001-01-01
note: thử
matching: {fee_tolerance: 0, fee_tolerance_by_bank: {QQQ: 5}}
"""


def test_versions_are_listed_with_the_one_in_force(chitra: Chitra, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "x.yaml").write_text(OTHER, encoding="utf-8")
    status, out, _ = chitra("rules", "list", "--json")
    told = [json.loads(line) for line in out.splitlines()]
    assert (status, [(each["version"], each["in_force"]) for each in told]) == (
        0, [("chitra-1", False), ("x-1", True)],
    )  # fmt: skip
    assert chitra("rules", "show")[1] == OTHER
    assert chitra("rules", "show", "chitra-1")[1].startswith("# The rules")
    assert "đang có hiệu lực" in chitra("rules", "list")[1].splitlines()[1]
    status, _, err = chitra("rules", "show", "y")
    assert (status, "chitra-1, x-1" in err) == (1, True)
    (tmp_path / "rules" / "y.yaml").write_text("note: [", encoding="utf-8")
    status, out, _ = chitra("rules", "list")
    assert (status, "HỎNG" in out, "dòng 2" in out, "←" in out) == (0, True, True, False)
    assert chitra("rules", "show")[0] == 1


def test_a_file_is_checked_before_it_holds(chitra: Chitra, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(OTHER, encoding="utf-8")
    status, out, _ = chitra("rules", "check", str(file), "--json")
    told = json.loads(out)
    assert (status, told["changed"], told["unlisted_banks"]) == (
        0,
        {
            "matching.fee_tolerance": ["22000", "0"],
            "matching.fee_tolerance_by_bank": ["{}", "{QQQ: 5}"],
        },
        ["QQQ"],
    )
    assert "22000 → 0" in chitra("rules", "check", str(file))[1]
    file.write_text(OTHER.replace("valid_from", "valid"), encoding="utf-8")
    status, out, err = chitra("rules", "check", str(file))
    assert (status, out) == (1, "")
    assert "dòng 2, khóa valid: khóa lạ" in err
    assert "line 2, key valid: unknown" in err
    assert chitra("rules", "check", str(tmp_path / "none.yaml"))[0] == 1
