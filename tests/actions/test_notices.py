"""People are told outside of GitHub, at places that only the settings name."""

from typing import Any

import pytest

from bot.core.errors import Refused, Unavailable
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.crowd import opened


async def notified(bench: Bench, **params: Any) -> CaseFile:
    """Return a case after its issue was opened and a place was told."""
    file = await opened(bench, "notify", params)
    return await bench.step(file, file.steps[1].id)


async def test_a_place_is_told_with_the_cases_link(bench: Bench) -> None:
    """Title, sentence, level and link; the id is the step's own."""
    file = await notified(bench, to="chat")
    ((name, notice),) = bench.outbox.sent
    assert (name, receipt_of(file, 1).summary) == ("chat", "Told 'chat'.")
    assert notice.id == file.steps[1].id
    assert notice.title == "An example: acme/widgets"
    assert "`eve`" in notice.summary
    assert file.case.issue is not None
    assert notice.url == file.case.issue.url
    assert (await bench.undo(file, file.steps[1].id)).state is StepState.BLOCKED


async def test_what_the_event_says_is_inert_in_a_notice(bench: Bench) -> None:
    """A value in the author's Markdown is a code span."""
    event = bench.made("repo.rename", repo="acme/widgets", name="@all https://evil.example.com")
    book = playbook(("notify", {"to": "chat", "summary": "New name: {{ event.name }}"}))
    await bench.play(event, book)
    assert bench.outbox.sent[0][1].summary == "New name: `@all https://evil.example.com`"


@pytest.mark.parametrize(
    ("names", "to", "told"),
    [
        ((), "chat", "set one of TIPSTAFF_NOTIFY_WEBHOOK"),
        (("chat", "mail"), "", "say one with 'to': chat, mail"),
        (("chat", "mail"), "https://evil.example.com", "they name: chat, mail"),
    ],
    ids=["no place", "several", "an address"],
)
async def test_only_the_settings_name_places(
    bench: Bench, names: tuple[str, ...], to: str, told: str
) -> None:
    """Neither a playbook nor an event can."""
    bench.outbox.names = names
    with pytest.raises(Refused, match=told):
        await notified(bench, to=to)
    assert bench.outbox.sent == []


async def test_the_only_place_need_not_be_named(bench: Bench) -> None:
    """There is no other."""
    bench.outbox.names = ("chat",)
    await notified(bench)
    assert [name for name, _ in bench.outbox.sent] == ["chat"]


async def test_a_place_that_is_silent_is_tried_again_with_the_same_id(bench: Bench) -> None:
    """So that who got it after all can drop the second."""
    bench.outbox.failures.append(Unavailable("'chat' can't be reached", sent=True))
    file = await opened(bench, "notify", {"to": "chat"})
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[1].id)
    file = await bench.step(file, file.steps[1].id, sent=True)
    assert [notice.id for _, notice in bench.outbox.sent] == [file.steps[1].id]


async def test_who_was_left_out_is_told(bench: Bench) -> None:
    """In the receipt."""
    bench.outbox.remark = "the mail server refused 1 of 2 recipients"
    assert "refused 1 of 2" in receipt_of(await notified(bench, to="mail"), 1).summary
