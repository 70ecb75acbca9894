"""Nobody decides of themselves or of a relative they declared."""

import pytest

from payouts.core.database import Database
from payouts.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from payouts.identity.declared import (
    declare,
    declared_of,
    end_declaration,
    is_own_affair,
    refuse_own_affair,
)
from payouts.identity.users import add_user

OWN, MOTHER, STRANGER = "001185003417", "001155003418", "001145003419"


@pytest.fixture
def binh(database: Database, quick_passwords: None) -> str:
    del quick_passwords
    with database.session() as session:
        add_user(session, "binh", "ward", areas=["00004"], by="test")
        declare(session, "Binh", OWN, "self", by="binh")
        declare(session, "binh", f" {MOTHER} ", "relative", by="binh")
    return "binh"


def test_an_officer_keeps_away_from_their_own_affairs(database: Database, binh: str) -> None:
    with database.reading() as session:
        assert is_own_affair(session, binh, [None, MOTHER])
        assert not is_own_affair(session, binh, [STRANGER, None])
        with pytest.raises(ForbiddenError, match="người thân"):
            refuse_own_affair(session, binh, [OWN])
        refuse_own_affair(session, "somebody else", [OWN, MOTHER])


def test_what_is_declared_is_declared_once(database: Database, binh: str) -> None:
    with database.session() as session:
        for number, relation in ((MOTHER, "relative"), (STRANGER, "self")):
            with pytest.raises(ConflictError):
                declare(session, binh, number, relation, by=binh)
        for number, relation in (("12345", "relative"), (STRANGER, "friend")):
            with pytest.raises(RefusedError):
                declare(session, binh, number, relation, by=binh)


def test_a_declaration_is_ended_by_another_and_stays_on_record(database: Database, binh: str) -> None:
    with database.session() as session:
        with pytest.raises(ForbiddenError):
            end_declaration(session, binh, MOTHER, by=binh)
        with pytest.raises(NotFoundError):
            end_declaration(session, binh, STRANGER, by="shell root")
        end_declaration(session, binh, MOTHER, by="shell root")
        assert [each.citizen_id for each in declared_of(session, binh)] == [OWN]
        declare(session, binh, MOTHER, "relative", by="shell root")
        assert is_own_affair(session, binh, [MOTHER])
