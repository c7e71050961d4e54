"""A template is filled so that the call stays the call it says it is."""

import pytest
from yarl import URL

from bot.core.errors import Refused
from bot.github.address import check_variables, same_origin, with_page_size


@pytest.mark.parametrize("value", ["", ".", "..", "a/../b", "/a"])
def test_a_value_that_would_change_the_path_is_refused(value: str) -> None:
    """An empty or dotted name would address another resource, so nothing is called."""
    with pytest.raises(Refused, match="repo"):
        check_variables("/repos/{owner}/{repo}/issues", {"owner": "acme", "repo": value})


def test_ordinary_values_and_empty_query_values_pass() -> None:
    """Dots within a name, a path to a file, and an empty query are fine."""
    check_variables("/repos/{o}/{r}/contents/{+path}{?ref}", {"o": "a", "r": ".x", "path": "a/b.c"})


def test_a_forgotten_variable_is_a_mistake_of_the_caller() -> None:
    """The template would leave it out and call another path."""
    with pytest.raises(ValueError, match="username"):
        check_variables("/orgs/{org}/memberships/{username}", {"org": "acme"})


@pytest.mark.parametrize(
    ("template", "asks"),
    [
        ("/a", "/a{?per_page}"),
        ("/a{?role}", "/a{?per_page,role}"),
        ("/a?role=admin", "/a?role=admin{&per_page}"),
        ("/a{?per_page}", "/a{?per_page}"),
        ("/a?per_page=5", "/a?per_page=5"),
    ],
)
def test_lists_are_asked_for_in_large_pages(template: str, asks: str) -> None:
    """The page size is added wherever the template leaves it open."""
    assert with_page_size(template) == asks


@pytest.mark.parametrize(
    ("link", "home"),
    [
        ("https://api.github.com/a?page=2", True),
        ("https://api.github.com:443/a", True),
        ("http://api.github.com/a", False),
        ("https://api.github.com.evil.example/a", False),
        ("https://api.github.com@evil.example/a", False),
        ("/a", False),
    ],
)
def test_only_the_api_itself_is_home(link: str, home: bool) -> None:
    """A link to another host, port or scheme is not followed with a token in hand."""
    assert same_origin(URL(link), URL("https://api.github.com")) is home
