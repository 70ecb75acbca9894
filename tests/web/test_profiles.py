"""Staff look at an unknown file on a page, see it read, and take a layout with them; nothing is kept."""

import html
import re
from pathlib import Path

import httpx
import pytest

from tests.settlements.test_guessing import RESULT, workbook
from tests.web.visiting import Visitor

FINISHED = "statuses:\n  unknown: [Treo]"


async def send(
    visitor: Visitor, path: Path | None, token: str | None = None, **fields: str
) -> httpx.Response:
    given = {"csrf_token": token or visitor.token(), **fields}
    content = path.read_bytes() if path else b""  # noqa: ASYNC240  # a few bytes
    answer = await visitor.client.post(
        "/profiles", data=given, files={"file": (path.name if path else "", content)}
    )
    visitor.last = answer.text
    return answer


@pytest.fixture
async def province(visitor: Visitor) -> Visitor:
    await visitor.sign_in("thanhpho")
    await visitor.see("/profiles")
    return visitor


def yaml_of(page: str) -> str:
    found = re.search(r'<textarea[^>]*id="yaml"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


async def test_an_unknown_file_is_looked_at_and_finished(province: Visitor, tmp_path: Path) -> None:
    path = workbook(tmp_path, RESULT)
    answer = await send(province, path)
    assert answer.status_code == 200, answer.text
    assert "Người hưởng → account_name" in answer.text
    assert "Không biết trạng thái “Treo”" in answer.text
    assert "930.000" in answer.text
    proposal = yaml_of(answer.text)

    answer = await send(province, path, yaml=proposal.replace("statuses:", FINISHED, 1))
    assert "Không biết trạng thái" not in answer.text
    assert "FT" not in answer.text

    saved = await province.client.post(
        "/profiles/yaml", data={"csrf_token": province.token(), "name": "kq 11.xlsx", "yaml": proposal}
    )
    assert saved.headers["content-disposition"] == 'attachment; filename="kq_11.yaml"'
    assert saved.text.strip() == proposal.strip()


async def test_a_layout_that_cannot_be_is_told_beside_its_text(province: Visitor, tmp_path: Path) -> None:
    answer = await send(province, workbook(tmp_path, RESULT), yaml="title: [")
    assert answer.status_code == 200
    assert "không phải YAML" in answer.text
    assert "title: [" in yaml_of(answer.text)


async def test_a_form_without_a_file_says_so(province: Visitor) -> None:
    answer = await send(province, None)
    assert answer.status_code == 422
    assert "Hãy chọn tệp" in answer.text


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04", b"hello"])
async def test_what_is_no_table_is_refused(content: bytes, province: Visitor, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    answer = await send(province, path)
    assert answer.status_code == 422
    assert "Không tìm thấy bảng nào" in answer.text


async def test_too_large_a_file_is_refused(province: Visitor, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n" * (2 << 20))
    assert (await send(province, path)).status_code == 422


async def test_a_form_of_another_session_is_not_taken(province: Visitor, tmp_path: Path) -> None:
    answer = await send(province, workbook(tmp_path, RESULT), token="other")
    assert (answer.status_code, answer.headers["location"]) == (303, "/profiles")


@pytest.mark.parametrize("who", ["badinh", "kiemtra"])
async def test_only_who_may_send_files_sees_it(who: str, visitor: Visitor, tmp_path: Path) -> None:
    await visitor.sign_in(who)
    assert (await visitor.see("/profiles")).status_code == 403
    await visitor.see("/")
    assert (await send(visitor, workbook(tmp_path, RESULT))).status_code == 403


async def test_nobody_who_is_not_signed_in_sees_it(visitor: Visitor) -> None:
    assert (await visitor.see("/profiles")).status_code == 303


async def test_broken_layouts_are_named(
    province: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "hong.yaml").write_text("title: x")
    monkeypatch.setenv("CHITRA_DATA_DIR", str(tmp_path))
    page = (await province.see("/profiles")).text
    assert "Mẫu tệp “hong”" in page
    assert "mb_result_2026" in page
