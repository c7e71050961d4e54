"""Column types that give back exactly the value that was put in, on both databases."""

from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class Moment(sa.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC with microseconds.

    PostgreSQL has a type for it. SQLite gets text of fixed width, which sorts as time does and
    can be read by a person.
    """

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Keep the zone where the database can."""
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware time into UTC; a naive one is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored time needs its zone: {value.isoformat()}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy passes it by name
        """Give the time its zone back."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Document(sa.TypeDecorator[Any]):
    """A frozen value as JSON, read back as the type ``shape``.

    Readable by SQL (``playbook ->> 'title'``). With ``shared``, equal texts are decoded once and
    share one value: right for frozen values that many rows repeat.
    """

    impl = sa.JSON
    cache_ok = True

    def __init__(self, shape: Any, *, shared: bool = False) -> None:
        super().__init__(none_as_null=True)
        self.shape = shape
        self.shared = shared
        decode = msgspec.json.Decoder(shape).decode
        self._decode = lru_cache(maxsize=512)(decode) if shared else decode

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy passes it by name
        """Write the value as JSON text; the engine's own serialiser passes text through."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy passes it by name
        """Read the JSON text; the engine's own deserialiser passes text through."""
        return None if value is None else self._decode(value)


class Plain(sa.TypeDecorator[str]):
    """Text. PostgreSQL cannot hold U+0000, which GitHub's JSON can: it becomes U+FFFD."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy passes it by name
        """Replace what PostgreSQL refuses, on both databases alike."""
        return value.replace("\0", "\ufffd") if value and "\0" in value else value


class Positions(sa.TypeDecorator[tuple[int, ...]]):
    """Positions of steps as ``,0,2,``, so that SQL can look for ``,2,``; empty for none."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str:  # noqa: ARG002 - SQLAlchemy passes it by name
        """Write each between commas."""
        return f",{','.join(map(str, value))}," if value else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, ...]:  # noqa: ARG002 - SQLAlchemy passes it by name
        """Read what is between commas."""
        return tuple(int(each) for each in (value or "").split(",") if each)


def choice(kind: type[Enum]) -> sa.Enum:
    """Make the column type for an enumeration, kept as the word that people write."""
    return sa.Enum(
        kind,
        native_enum=False,
        length=16,
        validate_strings=True,
        values_callable=lambda members: [str(member) for member in members],
    )
