"""Photos and PDF that prove something of a case: a voucher, an authorisation, an extract of a register."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from payouts.cases.events import tell
from payouts.cases.models import Case, Proof
from payouts.core import clock
from payouts.core.errors import NotFoundError, RefusedError
from payouts.core.storage import Stored

# What a file may prove; the words of the page stand in web.labels.PROOFS.
WHAT = ("voucher", "authorisation", "identity", "account", "civil_status", "decision", "other")

_HEAD, _TAIL = 16, 1024  # bytes that are looked at
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_PDF, _PDF_END = b"%PDF-", b"%%EOF"
KINDS = (
    ("image/jpeg", _JPEG, _JPEG_END),
    ("image/png", _PNG, _PNG_END),
    ("application/pdf", _PDF, _PDF_END),
)
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}


def media_type_of(path: Path) -> str:
    """Say by its first and last bytes what a file is, whatever it is called.

    Raises:
        RefusedError: no whole JPEG, PNG or PDF
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, path.stat().st_size - _TAIL))
        tail = file.read()
    for media_type, begin, end in KINDS:
        if head.startswith(begin) and end in tail:
            return media_type
    raise RefusedError(
        "no_proof_kind",
        "Tệp này không phải ảnh JPEG, PNG hoặc PDF nguyên vẹn. Hãy chụp lại hoặc quét thành PDF.",
    )


def add_proof(
    session: Session, case: Case, stored: Stored, *, what: str, filename: str, media_type: str, by: str
) -> Proof:
    """Put a kept file to a case; the same bytes again are the same proof.

    Args:
        session: the transaction
        case: within the scope of who adds it
        stored: the bytes, kept
        what: of WHAT
        filename: as the sender gives it, one line
        media_type: by its content
        by: the username

    Raises:
        RefusedError: it is not said what it proves
    """
    if what not in WHAT:
        raise RefusedError("no_proof_what", "Hãy chọn giấy tờ này là gì.")
    known = session.exec(
        select(Proof).where(Proof.case_id == case.id, Proof.sha256 == stored.sha256)
    ).one_or_none()
    if known:
        return known
    proof = Proof(
        case_id=case.id or 0,
        at=clock.now(),
        by=by,
        what=what,
        filename=filename,
        media_type=media_type,
        size=stored.size,
        sha256=stored.sha256,
    )
    session.add(proof)
    tell(session, case, "proof_added", by=by, after=what, note=filename)
    session.flush()
    return proof


def proofs_of(session: Session, case_id: int) -> Sequence[Proof]:
    """List the proofs of a case, the earliest first."""
    return session.exec(select(Proof).where(Proof.case_id == case_id).order_by(col(Proof.id))).all()


def find_proof(session: Session, case: Case, proof_id: int) -> Proof:
    """Find one proof of a case.

    Raises:
        NotFoundError: the case has no such proof
    """
    proof = session.get(Proof, proof_id)
    if proof is None or proof.case_id != case.id:
        raise NotFoundError("no_such_proof", "Không có giấy tờ này trong việc.")
    return proof
