"""What an installation may set, read from the environment or a .env file, and from nowhere else."""

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from payouts.core.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

MIB = 1024 * 1024


class Settings(BaseSettings):
    """Every setting, its default and its unit; `CHITRA_DATA_DIR` in the environment sets `data_dir`."""

    model_config = SettingsConfigDict(env_prefix="CHITRA_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Annotated[Path, Field(description="Folder of the database, received files and logs.")] = Path(
        "chitra-data"
    )
    database_url: Annotated[
        str | None,
        Field(description="Database; a SQLite file in the data folder where none is given.", repr=False),
    ] = None
    currency: Annotated[
        str, Field(description="Currency of the service, ISO 4217.", pattern="^[A-Z]{3}$")
    ] = "VND"
    language: Annotated[Literal["vi", "en"], Field(description="Language where a person chose none.")] = "vi"
    engine: Annotated[
        str,
        Field(
            description="Where runs are judged: duckdb, or spark= and an address.",
            pattern=r"^(duckdb|spark=.+)$",
        ),
    ] = "duckdb"
    host: Annotated[str, Field(description="Address that `chitra serve` listens on.")] = "127.0.0.1"
    port: Annotated[int, Field(description="Port that `chitra serve` listens on.", ge=1, le=65535)] = 8000
    secure_cookies: Annotated[
        bool, Field(description="Send session cookies over https only; true wherever https is in front.")
    ] = False
    trusted_proxies: Annotated[
        str,
        Field(
            description="Addresses, by commas, whose X-Forwarded-For is believed: the reverse proxy's own."
        ),
    ] = ""
    largest_file: Annotated[int, Field(description="Largest file taken, in bytes.", gt=0)] = 2048 * MIB
    largest_proof: Annotated[
        int, Field(description="Largest photo or PDF taken as a proof of a case, in bytes.", gt=0)
    ] = 10 * MIB
    sms_url: Annotated[
        str | None,
        Field(description="Gateway that sends texts to people; none by default.", pattern="^https?://"),
    ] = None
    sms_token: Annotated[
        str | None, Field(description="Bearer token that the gateway asks for.", repr=False)
    ] = None
    webhook_hosts: Annotated[
        str,
        Field(
            description="Hosts and networks inside the office that webhooks may reach, by commas; none by "
            "default."
        ),
    ] = ""
    test_files_days: Annotated[
        int, Field(description="Days after which files sent with a test key are swept.", gt=0)
    ] = 30
    watch_dir: Annotated[
        Path | None,
        Field(description="Folder with a folder for each bank, whose files are taken in; none by default."),
    ] = None
    rules: Annotated[
        Path | None,
        Field(description="A rule file, or a folder of them; `rules` in the data folder by default."),
    ] = None
    session_idle_minutes: Annotated[int, Field(description="A session unused for so long ends.", gt=0)] = 60
    session_hours: Annotated[int, Field(description="A session ends so long after sign-in.", gt=0)] = 12
    office_name: Annotated[str, Field(description="Who pays, as letters name it.")] = ""
    office_parent: Annotated[str, Field(description="The agency above, as letters name it.")] = ""
    office_symbol: Annotated[str, Field(description="Symbol behind the number of letters: SNV-BTXH.")] = ""
    office_place: Annotated[str, Field(description="Place in front of the day of letters.")] = ""
    office_contact: Annotated[str, Field(description="Whom banks may ask about a letter.")] = ""
    office_signer_title: Annotated[
        str, Field(description="Lines above the signature of letters, by semicolons.")
    ] = ""
    office_signer: Annotated[str, Field(description="Who signs letters.")] = ""
    standard_amounts: Annotated[
        Path | None,
        Field(description="Table of base amounts (CSV); the one that comes with the service by default."),
    ] = None
    amounts_area: Annotated[
        str, Field(description="Area whose own base amounts count beside the country's.")
    ] = "HN"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="Least level logged.")
    ] = "info"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        """Take SQLite and PostgreSQL addresses, in a plain or in a driver's spelling."""
        if not value:
            return None
        from sqlalchemy.engine import make_url  # noqa: PLC0415  # `chitra match` needs no database, and starts faster
        from sqlalchemy.exc import ArgumentError  # noqa: PLC0415  # the same

        try:
            url = make_url(value)
        except ArgumentError:
            url = None
        if url is None or url.get_backend_name() not in {"sqlite", "postgresql", "postgres"}:
            raise ValueError("must start with sqlite:/// or postgresql://")
        if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
            raise ValueError("must name the file: sqlite:///PATH")
        return value

    @property
    def url(self) -> "URL":
        """The database's address with the driver that the package brings."""
        from sqlalchemy.engine import URL, make_url  # noqa: PLC0415  # the same

        if self.database_url is None:
            return URL.create("sqlite", database=str(self.data_dir / "chitra.sqlite3"))
        url = make_url(self.database_url)
        return url.set(drivername="sqlite" if url.get_backend_name() == "sqlite" else "postgresql+psycopg")


@functools.cache
def get_settings() -> Settings:
    """Read the settings of this process, once.

    Raises:
        RefusedError: one of them cannot be; it says which
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"CHITRA_{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        )
        raise RefusedError("bad_settings", f"Thiết lập không đúng. {wrong}") from None


def choose_engine(name: str) -> None:
    """Let this process judge its runs elsewhere than the settings say."""
    os.environ["CHITRA_ENGINE"] = name
    get_settings.cache_clear()
