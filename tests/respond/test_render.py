"""Cases as people read them, and what hostile text does to them: nothing."""

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.playbook import Reason
from bot.core.problem import Place
from bot.respond.account import result_comment
from bot.respond.alert import Alert
from bot.respond.burst import MOST_ROWS, burst_comment, burst_marker
from bot.respond.facts import when
from bot.respond.inert import block, cell, code, link, mention, sentence, title
from bot.respond.marker import bears, case_marker, issue_marker, sealed, step_marker
from bot.respond.render import (
    LONGEST_BODY,
    Readers,
    again_comment,
    issue_body,
    issue_title,
)
from bot.respond.sentence import _TELLERS, happened
from bot.respond.step import Issue, Receipt, StepState
from tests.respond.story import NOW, alert, event, planned, playbook, step

# What an attacker would write: pieces of everything GitHub gives life to.
PIECES = (
    *("@acme/everyone", "@olivia", "#1", "GH-1", "acme/widgets#1", "a" * 40, "deadbee"),
    *("https://evil.example", "www.evil.com", "a@evil.com", "ftp://evil.example"),
    *("[x](https://evil.example)", "![x](https://evil.example/y.png)", "<https://evil.example>"),
    *("[x]: https://evil.example", "[x][x]", "<img src=x>", "<b>", "</details>", "<!--", "-->"),
    *("<!-- tipstaff:case:1 -->", "`", "``", "```", "~~~", "|", "\\|", "\\", "\n", "\r\n", "\n\n"),
    *("    ", "\t", "# ", "> ", "- ", "1. ", "***", "___", "&lt;", "&#64;", "{{ 7*7 }}", "{% x %}"),
    *("\u202e", "\u200b", "\ufeff", "\x00", "\u2028", "\ud800", ":smile:", "$x$", "~~x~~", " "),
)
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=12).map(
    "".join
)

# What may stand as text on the page: words, and what the templates themselves write.
LIVE_MENTION = re.compile(r"(?<![\w/])@[A-Za-z0-9]")
REFERENCE = re.compile(r"(?i)(?:#\d|\bgh-\d)")


@cache
def github() -> MarkdownIt:
    """Return a renderer that makes links of all that GitHub's does."""
    renderer = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    assert renderer.linkify is not None
    renderer.linkify.set({"fuzzy_link": True, "fuzzy_email": True})
    return renderer


def spread(text: str) -> list[Token]:
    """Return every token of rendered Markdown, inner ones too."""
    tokens: list[Token] = []
    pending = github().parse(text)
    while pending:
        token = pending.pop()
        tokens.append(token)
        pending.extend(token.children or ())
    return tokens


def alive(text: str) -> list[str]:
    """Return everything in a text that a reader's browser, or GitHub, would act on."""
    found = []
    for token in spread(text):
        if token.type in {"link_open", "image", "html_block", "html_inline", "heading_open"}:
            found.append(f"{token.type}: {token.content} {token.attrs}")
        if token.type == "text" and (
            LIVE_MENTION.search(token.content) or REFERENCE.search(token.content)
        ):
            found.append(f"text: {token.content}")
    return found


@pytest.mark.parametrize(
    "text",
    [
        *("@acme/everyone", "@olivia", "#1", "GH-1", "acme/widgets#1", "https://evil.example"),
        *("www.evil.com", "a@evil.com", "[x](https://evil.example)", "![x](y.png)", "<b>"),
        *("<https://evil.example>", "<img src=x>", "</details>", "<!-- x -->", "# x"),
    ],
)
def test_the_judge_sees_what_is_alive(text: str) -> None:
    """Left as it is, an attacker's piece would be found: the promises below can fail."""
    assert alive(text) != []


@given(HOSTILE)
@settings(max_examples=150, deadline=None)
def test_a_value_in_a_code_span_is_only_text(text: str) -> None:
    """No link, markup, mention or reference of an attacker's comes alive."""
    for shown in (f"Before {code(text)} after", str(code(text))):
        assert alive(shown) == []
        assert len([token for token in spread(shown) if token.type == "paragraph_open"]) == 1


@given(HOSTILE)
@settings(max_examples=150, deadline=None)
def test_a_value_in_a_table_stays_in_its_cell(text: str) -> None:
    """The table keeps its shape, and nothing in it comes alive."""
    table = f"| a | b |\n|---|---|\n| {cell(text)} | {cell(text)} |\n| x | y |"
    assert alive(table) == []
    tokens = spread(table)
    assert len([token for token in tokens if token.type == "td_open"]) == 4


@given(HOSTILE)
@settings(max_examples=150, deadline=None)
def test_a_sentence_with_values_in_it_stays_a_sentence(text: str) -> None:
    """Words stay words, and everything else becomes inert."""
    shown = f"- done: {sentence(f'Removed {text} from it.')}"
    assert alive(shown) == []


@given(HOSTILE)
@settings(max_examples=150, deadline=None)
def test_evidence_stays_in_its_block(text: str) -> None:
    """A fence in a value does not end the fence around it."""
    shown = f"{block(text, 'json')}\n\nafter"
    assert alive(shown) == []
    kinds = [token.type for token in github().parse(shown)]
    assert kinds == ["fence", "paragraph_open", "inline", "paragraph_close"]


@given(HOSTILE)
@settings(max_examples=150, deadline=None)
def test_a_title_is_one_plain_line(text: str) -> None:
    """No mention, link, markup or second line."""
    shown = title(text)
    assert not set("\n\r`<>@") & set(shown)
    assert "://" not in shown
    assert not REFERENCE.search(shown)
    assert len(shown) <= 200


def hostile_alert(text: str) -> Alert:
    """Return an alert in which everything an attacker can choose is this text."""
    fields = ("user", "title", "ref", "team", "permission", "old_permission", "key")
    made = alert(**dict.fromkeys(fields, text), commit_messages=[text, text])
    reason = Reason(selection=text, field="commit_messages", value=text, test="x|contains: y")
    return replace(made, reasons=(reason, reason), repo=text, actor=text, person="mallory")


def ours(text: str) -> list[str]:
    """Return what is alive in a body besides what the templates write themselves."""
    return [found for found in alive(text) if not OURS.match(found)]


OURS = re.compile(
    r"heading_open:"
    r"|link_open: .*https://attack\.mitre\.org/"
    r"|html_(?:block|inline): (?:</?details>|<summary>|<!-- tipstaff:)"
    r"|text: @mallory, this concerns you\. Please say below whether it is right\.$"
)


@given(HOSTILE)
@settings(max_examples=60, deadline=None)
def test_a_whole_issue_of_hostile_text_is_inert(text: str) -> None:
    """Every place an event's value can get to, at once; its own shape stays as it was."""
    made = hostile_alert(text)
    told = replace(
        step(StepState.DONE), receipt=Receipt(state=StepState.DONE, summary=f"Removed {text}.")
    )
    body = issue_body(made, steps=[told], notes=[f"Not opened in {text}."])
    assert ours(body) == []
    assert body.count("<!--") == 1
    assert bears(body, case_marker(made.case_id))
    calm = issue_body(hostile_alert("calm"), steps=[told], notes=["Not opened."])
    assert _shape(body) == _shape(calm)


def _shape(body: str) -> list[str]:
    structure = {"heading_open", "table_open", "fence", "html_block", "bullet_list_open"}
    return [token.type for token in github().parse(body) if token.type in structure]


@given(HOSTILE)
@settings(max_examples=40, deadline=None)
def test_later_comments_of_hostile_text_are_inert(text: str) -> None:
    """The same holds for what is added later."""
    made = hostile_alert(text)
    assert ours(again_comment(made, steps=[], step_id="s:1")) == []
    failed = replace(step(StepState.FAILED), error=text, approved_by=text)
    assert ours(result_comment(failed)) == []


@given(HOSTILE)
@settings(max_examples=40, deadline=None)
def test_a_burst_of_hostile_text_is_inert(text: str) -> None:
    """Each alert stays in its row of four cells, however many pipes its values hold."""
    made = hostile_alert(text)
    waits = replace(step(StepState.AWAITING), action=text or "revert")
    comment = burst_comment(made.case_id, [(made, [waits])] * 12)
    assert ours(comment) == []
    assert bears(comment, burst_marker(made.case_id))
    cells = [token for token in spread(comment) if token.type == "td_open"]
    assert len(cells) == 4 * MOST_ROWS
    assert "**And 12 more.**" in comment
    assert "comment `/approve` or `/deny reason`" in comment


def test_a_burst_tells_when_it_began_and_ended_and_what_was_done_about_all_of_it() -> None:
    """Only the last have a row: what became of the others must not be lost."""
    first, last = alert(), replace(alert(), happened_at=NOW + timedelta(hours=2))
    failed, waits = step(StepState.FAILED), step(StepState.AWAITING)
    listed = [(first, [failed]), *([(last, [waits])] * 40)]
    comment = burst_comment("c", listed, ZoneInfo("Europe/Berlin"), {waits.id: 7})
    assert "| step 7, `revert` ✋ **waits for approval** |" in comment
    assert "The first on 2026-03-01 09:30:00 UTC, 10:30:00 in Europe/Berlin, the last on" in comment
    assert "- `revert`, 1 time: ❌ failed\n" in comment
    assert "- `revert`, 40 times: ✋ **waits for approval**\n" in comment


def test_a_burst_fits_into_a_comment() -> None:
    """Ten rows of the longest values are far from GitHub's limit."""
    made = hostile_alert("x" * 5_000)
    comment = burst_comment(made.case_id, [(made, [step(StepState.DONE)] * 9)] * 900)
    assert len(comment) < LONGEST_BODY / 2


@pytest.mark.parametrize("action", [*_TELLERS, "something.new"])
def test_every_sentence_on_what_happened_is_inert_and_whole(action: str) -> None:
    """With every field hostile, and with every field missing."""
    hostile = planned(event(action, **dict.fromkeys(("user", "ref", "team"), "@a/b [x](y)"))).alert
    bare = planned(event(action, user=None, permission=None, actor=None)).alert
    for made in (hostile, bare):
        text = happened(made)
        assert alive(text) == []
        assert text.endswith(".")
        assert "None" not in text


def test_an_issue_says_what_who_where_when_why_and_what_to_answer() -> None:
    """All that the person concerned needs is in it."""
    body = issue_body(alert(actor_ip="192.0.2.1"), steps=[step(StepState.AWAITING)])
    for part in (
        "`mallory` gave `eve` the role `admin` on `acme/widgets`.",
        "@mallory, this concerns you.",
        "| **Who** | `mallory` |",
        "| **To whom** | `eve` |",
        "| **Where** | `acme/widgets` |",
        "| **When** | 2026-03-01 09:30:00 UTC |",
        "| **From address** | `192.0.2.1` |",
        "- `revert`: ✋ **waits for approval**.",
        "comment `/approve` or `/deny reason`",
        "🟠 high",
        "| `/close reason` |",
        "| `selection` | `permission: admin` | `permission: admin` |",
        "`example.yml`",
    ):
        assert part in body


def test_only_what_leads_to_something_is_offered_as_an_answer() -> None:
    """Whoever is new to this reads a few commands, and `/help` shows the others."""
    usual = {"ack", "close", "exempt", "pause", "help"}
    for state, more in (
        (StepState.AWAITING, {"approve", "deny"}),
        (StepState.EXPIRED, {"ask"}),
        (StepState.UNDONE, {"redo"}),
        (StepState.PLANNED, set()),
    ):
        body = issue_body(alert(), steps=[step(state)])
        assert set(re.findall(r"^\| `/(\w+)", body, re.MULTILINE)) == usual | more
    body = issue_body(alert(), steps=[step(StepState.DONE, undoable=True)])
    assert set(re.findall(r"^\| `/(\w+)", body, re.MULTILINE)) == usual | {"undo"}
    body = issue_body(alert(actor=None), steps=[])
    assert set(re.findall(r"^\| `/(\w+)", body, re.MULTILINE)) == {"ack", "close", "help"}


def test_what_is_not_over_is_told_as_it_stands() -> None:
    """The body is not written anew: it must not say for ever that something waits."""
    stands = "This is how it stands now"
    for state in (StepState.PLANNED, StepState.AWAITING, StepState.WAITING):
        assert stands in issue_body(alert(), steps=[step(state)])
    assert stands not in issue_body(alert(), steps=[step(StepState.DONE)])


def test_a_question_says_how_to_answer_it_and_an_end_how_to_turn_it_back() -> None:
    """By whom, and until when; the number is that of the step."""
    until = replace(step(StepState.AWAITING), ask_until=NOW)
    asked = result_comment(until, 2, alert())
    assert "comment `/approve` or `/deny reason`" in asked
    assert "owner of the organisation" in asked
    assert "until 2026-03-01 09:30:00 UTC." in asked
    assert asked.endswith(".")
    done = step(StepState.DONE, undoable=True)
    assert result_comment(done, 2, alert()).endswith("comment `/undo 2`.")
    assert result_comment(done).endswith("comment `/undo`.")
    assert "/undo" not in result_comment(replace(done, kind="undo"))


def test_times_are_told_in_utc_and_in_the_readers_zone() -> None:
    """With the date where it is another one there; once where both are the same."""
    for zone, told in (
        ("Europe/Berlin", "2026-03-01 09:30:00 UTC, 10:30:00 in Europe/Berlin"),
        ("Pacific/Auckland", "2026-03-01 09:30:00 UTC, 22:30:00 in Pacific/Auckland"),
        ("Pacific/Kiritimati", "2026-03-01 09:30:00 UTC, 23:30:00 in Pacific/Kiritimati"),
        ("America/New_York", "2026-03-01 09:30:00 UTC, 04:30:00 in America/New York"),
        ("UTC", "2026-03-01 09:30:00 UTC"),
    ):
        body = issue_body(alert(), steps=[], readers=Readers(zone=ZoneInfo(zone)))
        assert f"| **When** | {told} |" in body
    late = NOW.replace(hour=23)
    assert when(late, ZoneInfo("Asia/Tokyo")).endswith("UTC, 2026-03-02 08:30:00 in Asia/Tokyo")


def test_what_was_done_is_told_with_its_receipt() -> None:
    """Its number, by which it can be undone, its time, and where GitHub shows it."""
    url = "https://github.com/acme/widgets/invitations"
    receipt = Receipt(state=StepState.DONE, summary="Took it back.", url=url)
    told = replace(step(StepState.DONE), receipt=receipt, finished_at=NOW)
    body = issue_body(alert(), steps=[told, step(StepState.AWAITING, 1)])
    assert f"Took it back. (receipt [`{told.id}`]({url}), 2026-03-01 09:30:00 UTC)" in body
    assert body.count("(receipt") == 1


@given(HOSTILE)
@settings(max_examples=60, deadline=None)
def test_a_link_leads_only_where_a_plain_address_says(text: str) -> None:
    """Whatever its words are; what is no plain address is no link."""
    for shown in (link(text, "https://github.com/acme"), link("x", f"https://evil{text}")):
        links = [found for found in alive(shown) if not found.startswith("link_open")]
        assert links == []
    assert alive(link("x", f"javascript:{text}")) == []


def test_the_playbook_is_linked_where_the_operator_says_it_can_be_read() -> None:
    """By the name of its file; without an address it is only named."""
    readers = Readers(playbooks_url="https://github.com/acme/playbooks/blob/main/")
    body = issue_body(alert(), steps=[], readers=readers)
    assert "[`example.yml`](https://github.com/acme/playbooks/blob/main/example.yml)" in body
    odd = replace(alert().playbook, place=Place(path="playbooks/a b)(ä.yml"))
    body = issue_body(replace(alert(), playbook=odd), steps=[], readers=readers)
    assert "/blob/main/a%20b%29%28%C3%A4.yml)" in body
    assert "](" not in issue_body(alert(), steps=[]).rpartition("</details>")[2]


def test_a_case_refers_to_the_one_before() -> None:
    """With the issue's address and when it ended; a former case without an issue is not told."""
    was = planned().case
    address = "https://github.com/acme/widgets/issues/7"
    issue = Issue(repository="acme/widgets", number=7, url=address)
    body = issue_body(alert(), steps=[], former=replace(was, issue=issue, closed_at=NOW))
    assert f"see [`acme/widgets#7`]({address}), which ended on 2026-03-01 09:30:00 UTC." in body
    assert "happened before" not in issue_body(alert(), steps=[], former=was)


def test_a_title_says_who_did_what_where() -> None:
    """In the words of the sentence; for an act without one, in the playbook's."""
    assert issue_title(alert()) == "mallory gave eve the role admin on acme/widgets"
    strange = planned(event("something.new")).alert
    assert issue_title(strange) == "Collaborator made administrator: mallory in acme/widgets"
    assert issue_title(alert(), "{as it is}") == "{as it is}"


@given(HOSTILE)
@settings(max_examples=60, deadline=None)
def test_a_usual_title_of_hostile_values_is_one_plain_line(text: str) -> None:
    """Whatever the names in it are."""
    for action in ("repo.add_member", "something.new"):
        made = replace(hostile_alert(text), action=action)
        shown = issue_title(made)
        assert not set("\n\r`<>@") & set(shown)
        assert not REFERENCE.search(shown)


def test_an_issue_reads_well_as_plain_text() -> None:
    """As a mail shows it that knows no tables: each part in its order, and no markup of HTML."""
    body = issue_body(alert(actor_ip="192.0.2.1"), steps=[step(StepState.DONE, undoable=True)])
    html = github().render(body)
    text = unescape(re.sub(r"<!--.*?-->|<[^>]+>", "", html))
    parts = (
        "mallory gave eve the role admin on acme/widgets.",
        "@mallory, this concerns you.",
        "Who\nmallory",
        "When\n2026-03-01 09:30:00 UTC",
        "What was done about it",
        "Why it matters",
        "What you can answer",
        "/close reason",
        "Evidence: why this matched, and the event",
        "Playbook Collaborator made administrator",
    )
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert not re.search(r"\|---|\*\*|^#", text, re.MULTILINE)


def test_a_correlation_names_every_event_it_joined() -> None:
    """Up to twenty, and how many more there are; hostile words stay words."""
    words = [f"2026-03-01 0{n % 10}:00:00 UTC: repo.add_member in acme/r{n}" for n in range(21)]
    words[0] = "@acme/all <b> | https://evil.example"
    why = tuple(
        Reason(selection="base", field="", value=text, test="event_count: 3", sighting=True)
        for text in words
    )
    made = replace(alert(), reasons=why)
    for body in (issue_body(made, steps=[]), again_comment(made, steps=[], step_id="s:1")):
        told = body.partition("<details>")[0]
        assert "acme/r19" in told
        assert "acme/r20" not in told
        assert "- and 1 more\n" in told
        assert ours(told) == []
    assert "Together" not in issue_body(alert(), steps=[])


def test_attack_tags_lead_to_mitres_pages() -> None:
    """Techniques, sub-techniques and tactics."""
    tags = ("attack.t1098.003", "attack.privilege-escalation", "attack.initial_access", "cve.1")
    body = issue_body(planned(book=playbook(tags=tags)).alert, steps=[])
    assert "[T1098.003](https://attack.mitre.org/techniques/T1098/003/)" in body
    assert "[privilege escalation](https://attack.mitre.org/tactics/TA0004/)" in body
    assert "[initial access](https://attack.mitre.org/tactics/TA0001/)" in body


def test_a_body_never_exceeds_what_github_takes() -> None:
    """However much there is to tell; evidence goes first."""
    long = "`|\\" * 5_000
    made = hostile_alert(long)
    many = replace(
        made,
        reasons=made.reasons * 50,
        fields={**made.fields, **{f"field{number}": [long] * 200 for number in range(100)}},
        playbook=replace(
            made.playbook,
            description="x" * 100_000,
            falsepositives=("y" * 10_000,) * 50,
            references=("https://example.com/" + "z" * 5_000,) * 50,
            fields=tuple(f"field{number}" for number in range(100)),
        ),
    )
    steps = [
        replace(
            step(StepState.DONE, position),
            receipt=Receipt(state=StepState.DONE, summary="| " * 5_000),
        )
        for position in range(100)
    ]
    body = issue_body(many, steps=steps, notes=[long], summary="s" * 6_000)
    assert len(body) < LONGEST_BODY
    assert "### What you can answer" in body
    assert len(issue_title(many, "t" * 5_000)) <= 200


def test_secrets_are_masked_wherever_a_value_is_shown() -> None:
    """In facts, reasons and evidence."""
    secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    assert secret not in issue_body(hostile_alert(f"my key is {secret}"), steps=[])


@pytest.mark.parametrize("login", ["mallory", "a-b", "eve_acme"])
def test_a_login_can_be_mentioned(login: str) -> None:
    """Also one of an enterprise's managed users."""
    assert mention(login) == f"@{login}"


@pytest.mark.parametrize("login", ["acme/everyone", "a b", "-a", "helpful[bot]", "", "a" * 80])
def test_what_is_no_login_is_never_mentioned(login: str) -> None:
    """A team, a bot or a text stays inert."""
    assert not mention(login).startswith("@")


@pytest.mark.parametrize("name", ["x --> <b>", "a--b", "-", "d-1\n"])
def test_a_marker_cannot_be_broken_out_of(name: str) -> None:
    """Whatever a delivery's id holds, the marker is one whole comment."""
    marker = step_marker(name)
    assert re.fullmatch(r"<!-- tipstaff:step:[0-9a-f]{64} -->", marker)


def test_a_marker_counts_only_at_the_end() -> None:
    """Anywhere else it is a quotation, or a fake; what an earlier version wrote begins with it."""
    marker = case_marker("abc")
    assert bears(sealed("text", marker), marker)
    assert sealed("text", marker).startswith("text\n\n")
    assert bears(f"{marker}\ntext", marker)
    assert not bears(f"see {marker} there", marker)
    assert not bears(None, marker)


def test_the_cases_own_marker_finds_every_issue_of_it_and_a_steps_only_its_own() -> None:
    """A case that moved has several."""
    moved = sealed("text", issue_marker("abc", "s:1"))
    assert bears(moved, issue_marker("abc", None))
    assert bears(moved, issue_marker("abc", "s:1"))
    assert not bears(moved, issue_marker("abc", "s:2"))
    assert not bears(sealed("text", issue_marker("abc", None)), issue_marker("abc", "s:1"))
