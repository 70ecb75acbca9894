"""A bank's key says which bank asks, until it is disabled."""

import pytest

from payouts.core.database import Database
from payouts.core.errors import NotFoundError, RefusedError
from payouts.identity.banks import add_bank_client, bank_of_key, disable_bank_key, list_bank_clients


def test_a_bank_changes_its_key_over(database: Database) -> None:
    with database.session() as session:
        _, old = add_bank_client(session, "970422", label="2026", by="shell root")
        _, new = add_bank_client(session, "MB", label="2027", by="shell root")
    with database.session() as session:
        keys = list_bank_clients(session)
        assert [(key.bank_code, key.label, key.disabled) for key in keys] == [
            ("MB", "2026", False),
            ("MB", "2027", False),
        ]
        disable_bank_key(session, keys[0].id, by="shell root")
    with database.reading() as session:
        assert bank_of_key(session, old) is None
        client = bank_of_key(session, new)
        assert client is not None
        assert client.bank_code == "MB"
        assert bank_of_key(session, "\udc80") is None


def test_an_impossible_bank_or_key_is_refused(database: Database) -> None:
    with database.session() as session:
        with pytest.raises(RefusedError):
            add_bank_client(session, "Ngân hàng", by="shell root")
        for number in (0, -1, 5, 2**70):
            with pytest.raises(NotFoundError):
                disable_bank_key(session, number, by="shell root")
