"""Commands in comments."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.respond.command import MOST_COMMANDS, Verb, parse_commands


def verbs(text: str) -> list[Verb | None]:
    """Return the verbs of a comment in order."""
    return [command.verb for command in parse_commands(text)]


@pytest.mark.parametrize("verb", Verb)
def test_each_command_is_understood(verb: Verb) -> None:
    """As written in the table, in any case of letters, with spaces around."""
    assert verbs(f"/{verb}") == [verb]
    assert verbs(f"  /{verb.upper()}  \r\n") == [verb]


def test_the_rest_of_the_line_is_the_argument() -> None:
    """A reason is kept as it was written."""
    (command,) = parse_commands("/close it was  agreed @ the meeting \nmore talk")
    assert (command.verb, command.argument) == (Verb.CLOSE, "it was  agreed @ the meeting")


def test_several_commands_are_taken_in_order() -> None:
    """One on each line, with talk between them."""
    assert verbs("/ack\nI looked.\n/undo") == [Verb.ACK, Verb.UNDO]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Looks fine to me.",
        "please /approve this",
        "> /approve",
        "  > /approve",
        "```\n/approve\n```",
        "~~~\n/approve\n~~~",
        "````\n```\n/approve\n````",
        "```\n/approve",
        "    /approve",
        "\t/approve",
        "<!-- \n/approve\n-->",
        "<!--\n/approve",
        "//approve",
        "/ approve",
        "See this:\n/etc/passwd",
        "See this:\n/tmp",
        "/etc/passwd was changed",
        "> look\u2028/approve",
        "> look\x0b/approve",
        "> look\x0c/approve",
        "> look\x85/approve",
        "> look\x1c/approve",
        "> a long line that a mail program\n/approve",
        "- > /approve",
        "- > look\n/approve",
        "- ```\n  /approve\n  ```",
        "1. ~~~\n   /approve\n   ~~~",
        "```/ack```\n```\n/approve\n```",
        "<pre>\n/approve\n</pre>",
        "<blockquote>\n/approve\n\n/approve\n</blockquote>",
        "I don't think so.\n\nFrom: mallory <notifications@github.com>\nSent: Monday\n\n/approve",
        "I don't think so.\n\nVon: mallory ***@***.***>\nGesendet: Montag\n\n/approve",
        "No.\n\n-----Original Message-----\n/approve",
        "/approve?",
    ],
)
def test_what_is_not_said_is_no_command(text: str) -> None:
    """Talk, quotes, code, hidden text and paths are left alone."""
    assert parse_commands(text) == ()


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("/aprove", Verb.APPROVE), ("/denied", Verb.DENY), ("/xyzzy", None)],
)
def test_an_unknown_word_on_the_first_line_gets_help(text: str, suggestion: Verb | None) -> None:
    """With the nearest command, where there is one."""
    (command,) = parse_commands(f"\n{text}\n")
    assert command.verb is None
    assert command.suggestion == suggestion


def test_a_command_after_a_code_block_counts() -> None:
    """The block ends where GitHub ends it."""
    assert verbs("```\n/deny\n```\n/ack") == [Verb.ACK]


@pytest.mark.parametrize(
    "text",
    [
        "> it was agreed\n\n/ack",
        "> it was agreed\n>\n/ack",
        "> <!-- hide what follows\n\n/ack",
        "> ```\n\n/ack",
        "`<!--` begins a comment\n/ack",
        "<!-- a --> <!-- b -->\n/ack",
        "<!--\n```\n-->\n/ack",
        "text\r\n/ack\r\n",
        "text\r/ack",
        "/ack\u00a0seen",
        "\ufeff/ack\u200b",
        "/ack.",
        "/ack!",
        "/ack: seen",
        "<pre>x</pre>\n/ack",
        "/ack\n\nOn Monday mallory <notifications@github.com> wrote:\n> /approve",
    ],
)
def test_what_is_said_beside_it_counts(text: str) -> None:
    """Nobody can silence an answer by what stands in the comment that it quotes."""
    assert verbs(text) == [Verb.ACK]


@pytest.mark.parametrize("word", ["\u0430pprove", "\uff41pprove", "approv\u00e9"])
def test_letters_that_only_look_alike_are_no_command(word: str) -> None:
    """The writer learns so, instead of waiting for what never comes."""
    (command,) = parse_commands(f"/{word}")
    assert command.verb is None


@pytest.mark.parametrize(
    "text",
    ["- " + " " * 60_000, "<reply+" * 9_000, "` `` " * 13_000, "<!--" * 16_000, "- " * 30_000],
)
def test_no_comment_takes_long_to_read(text: str) -> None:
    """However it is made up."""
    begun = time.perf_counter()
    parse_commands(text)
    assert time.perf_counter() - begun < 2


def test_a_comment_of_commands_is_cut() -> None:
    """Nobody makes Tipstaff work through thousands."""
    assert len(parse_commands("/ack\n" * 1_000)) == MOST_COMMANDS


@given(st.text(alphabet="/`~<>!- \n\tackpe", max_size=80))
def test_no_comment_breaks_the_reading(text: str) -> None:
    """Whatever is written, there is an answer."""
    parse_commands(text)
