"""From a recorded delivery to an `Event` in audit-log vocabulary."""

from typing import Any, Final

import orjson

from bot.core.delivery import Delivery
from bot.core.errors import DeliveryError
from bot.core.event import Event
from bot.core.normalise.envelope import envelope
from bot.core.normalise.families import FAMILIES
from bot.core.normalise.table import Family, Field, unnamed

_FAMILIES: Final[dict[tuple[str, str], Family]] = {
    (family.source, family.event): family for family in FAMILIES
}


def normalise(delivery: Delivery) -> Event:
    """Return the event a delivery tells of.

    No shape of the payload is an error: what is not as expected is left out of ``fields`` and
    stays in ``raw``. The event's time is when GitHub first sent the delivery, or else when it was
    received: no payload has a time of the act that both GitHub vouches for and every event
    carries, and commit dates are whatever their author wrote. Raises `DeliveryError` (400) when
    the body is not a JSON object.
    """
    payload = _parse(delivery.body)
    action = payload.get("action")
    if type(action) is not str:
        action = None
    family = _FAMILIES.get((delivery.source, delivery.event))
    fields = envelope(delivery, payload)
    if family is None:
        fields["action"] = unnamed(delivery.event, action)
    else:
        _fill(fields, family.fields, payload)
        row = family.row(action, payload)
        fields["action"] = row.becomes if row else unnamed(delivery.event, action)
        if row is not None:
            _fill(fields, row.fields, payload)
            if row.operation is not None:
                fields["operation_type"] = row.operation
    return Event(
        id=delivery.id,
        source=delivery.source,
        kind=delivery.event,
        at=delivery.at,
        installation=fields.get("installation_id"),
        fields=fields,
        raw=payload,
    )


def _fill(fields: dict[str, Any], wanted: tuple[Field, ...], payload: dict[str, Any]) -> None:
    for field in wanted:
        value = field.read(payload)
        if value is not None:
            fields[field.name] = value


def _parse(body: bytes) -> dict[str, Any]:
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise DeliveryError(400, f"the body is not valid JSON: {error}") from error
    if not isinstance(payload, dict):
        raise DeliveryError(400, "the body is JSON, but not an object as every GitHub payload is")
    return payload
