"""Whoever runs the service adds people and banks from the shell, and every refusal is a sentence."""

import json
import sqlite3
from pathlib import Path

import pytest

from payouts.migrations import HEAD
from tests.cli.conftest import Chitra


def test_people_are_added_listed_disabled_and_reset(chitra: Chitra) -> None:
    status, out, _ = chitra("users", "add", "Le.Binh", "--role", "ward", "--area", "00004", "--json")
    added = json.loads(out)
    assert status == 0
    assert (added["username"], added["role"], added["area"]) == ("le.binh", "ward", "00004")
    assert len(added["password"]) == 19
    _, out, _ = chitra("users", "token", "le.binh", "--json")
    assert json.loads(out)["token"].startswith("chitra_staff_")
    assert chitra("users", "disable", "le.binh")[0] == 0
    _, out, _ = chitra("users", "list", "--json")
    assert json.loads(out) == {
        "username": "le.binh",
        "role": "ward",
        "areas": ["00004"],
        "programmes": [],
        "disabled": True,
    }
    _, out, _ = chitra("users", "reset", "le.binh", "--json")
    assert json.loads(out)["password"] != added["password"]


def test_a_bank_gets_a_key_and_loses_it(chitra: Chitra) -> None:
    _, out, _ = chitra("banks", "add-client", "--bank", "MB", "--json")
    added = json.loads(out)
    assert added["bank_code"] == "MB"
    assert added["key"].startswith("chitra_bank_")
    assert chitra("banks", "disable", "1")[0] == 0
    _, out, _ = chitra("banks", "list", "--json")
    assert json.loads(out)["disabled"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("users", "add", "lan", "--role", "boss"), "boss"),
        (("users", "add", "lan", "--role", "ward"), "--area"),
        (("users", "disable", "nobody"), "nobody"),
        (("banks", "disable", str(2**70)), str(2**70)),
        (("banks", "add-client", "--bank", "??"), "??"),
    ],
)
def test_a_refusal_is_a_sentence_on_standard_error(chitra: Chitra, words: tuple[str, ...], said: str) -> None:
    status, out, err = chitra(*words)
    assert (status, out) == (1, "")
    assert said in err
    assert "Traceback" not in err


def test_usage_has_a_status_of_its_own(chitra: Chitra) -> None:
    assert chitra("users", "add")[0] == 2


def test_bad_settings_and_a_file_that_is_no_database_are_named(
    chitra: Chitra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHITRA_PORT", "many")
    status, _, err = chitra("db", "upgrade")
    assert status == 1
    assert "CHITRA_PORT" in err
    monkeypatch.delenv("CHITRA_PORT")
    (tmp_path / "chitra.sqlite3").write_bytes(b"no database at all, only some text" * 100)
    status, _, err = chitra("users", "list")
    assert status == 1
    assert "chitra.sqlite3" in err
    monkeypatch.setenv("CHITRA_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    status, _, err = chitra("users", "list")
    assert status == 1
    assert "127.0.0.1" in err
    assert "secret" not in err


def test_a_bank_changes_over_to_a_new_key_while_the_old_one_still_works(chitra: Chitra) -> None:
    _, out, _ = chitra("banks", "add-client", "--bank", "MB", "--label", "core", "--test", "--json")
    old = json.loads(out)
    assert (old["test"], old["key"][:12]) == (True, "chitra_test_")
    _, out, _ = chitra("banks", "rotate", "1", "--days", "14", "--json")
    new = json.loads(out)
    assert (new["bank_code"], new["replaces"]) == ("MB", 1)
    assert new["key"] != old["key"]
    _, out, _ = chitra("banks", "list")
    first, second = out.splitlines()
    assert "thử" in first
    assert "còn 13 ngày" in first
    assert second.endswith("đang hoạt động")
    status, _, err = chitra("banks", "rotate", "1")
    assert status == 1
    assert "đã có khóa thay" in err


def test_upgrade_says_what_it_did(chitra: Chitra, tmp_path: Path) -> None:
    assert json.loads(chitra("db", "upgrade", "--json")[1]) == {"before": None, "after": HEAD, "copy": None}
    assert json.loads(chitra("db", "upgrade", "--json")[1])["before"] == HEAD
    with sqlite3.connect(tmp_path / "chitra.sqlite3") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
