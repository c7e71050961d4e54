"""What pySigma and RE2 complain about, in one clear line that says what to write instead."""

import re
from ipaddress import ip_network

from sigma.exceptions import SigmaError
from sigma.modifiers import reverse_modifier_mapping

from bot.detect.section import shown

_LOOKAROUND = ("(?=", "(?!", "(?<=", "(?<!", "(?<")
_WANTS = {
    **dict.fromkeys(("gt", "gte", "lt", "lte"), "a number (without quotes)"),
    **dict.fromkeys(("minute", "hour", "day", "week", "month", "year"), "a number"),
    **dict.fromkeys(("contains", "startswith", "endswith"), "a text: put it in quotes"),
    "exists": "true or false",
    "cased": "a text",
    "cidr": "a network such as '10.0.0.0/8'",
    "fieldref": "the name of a field",
}
_MODIFIER_CLASS = re.compile(r"Modifier (Sigma\w+) incompatible to value type of '(.*)'", re.DOTALL)


def explain_value(error: Exception, key: str) -> str:
    """Return what is wrong with a detection item's value."""
    text = error.args[0] if isinstance(error, SigmaError) and error.args else str(error)
    if (found := _MODIFIER_CLASS.match(text)) is not None:
        modifier = reverse_modifier_mapping[found[1]]
        wanted = _WANTS.get(modifier, "another kind of value")
        return f"'{key}': the modifier '{modifier}' needs {wanted}"
    for start, words in _SIGMA_WORDS.items():
        if text.startswith(start):
            return f"'{key}': {words}"
    if text.startswith("Invalid CIDR expression"):
        return f"'{key}': {_explain_network(text.partition(': ')[2])}"
    return f"'{key}': {text}"


def _explain_network(complaint: str) -> str:
    if complaint.endswith("has host bits set"):
        given = complaint.split(maxsplit=1)[0]
        return f"{shown(given)} is an address, not a network: write '{ip_network(given, False)}'"
    return "not a network: write one such as '10.0.0.0/8' or '2001:db8::/32'"


def explain_regex(complaint: object) -> str:
    """Return why RE2 does not take a pattern, and what to write instead."""
    reason = (
        complaint.decode("utf-8", "replace") if isinstance(complaint, bytes) else str(complaint)
    )
    if "invalid perl operator" in reason and any(sign in reason for sign in _LOOKAROUND):
        return (
            "RE2 has no lookaround: match without it, and exclude by a second selection "
            "and 'and not' in the condition"
        )
    if re.search(r"invalid escape sequence: \\(\d|k)", reason):
        return "RE2 has no backreferences: write the repeated part out"
    if (escape := re.search(r"invalid escape sequence: (\\\w)", reason)) and escape[1] in _ESCAPES:
        return f"RE2 does not know {escape[1]}: write {_ESCAPES[escape[1]]}"
    if re.search(r"(bad repetition operator: \S+|invalid perl operator: \(\?>)", reason):
        return "RE2 has no possessive or atomic groups and needs none: leave the extra sign out"
    if "too large" in reason or "repetition size" in reason:
        return "the regular expression is too large for RE2: repeat at most 1,000 times"
    return f"RE2 does not take this regular expression: {shown(reason)}"


_ESCAPES = {
    r"\Z": r"\z (the very end of the text)",
    r"\G": "nothing: there is no last match",
    r"\h": r"[ \t]",
    r"\H": r"[^ \t]",
    r"\R": r"(?:\r?\n)",
    r"\u": r"\x{...} with the character's hexadecimal number",
    r"\e": r"\x1b",
    r"\K": "the pattern without it: only whether it is found counts",
}
_SIGMA_WORDS = {
    "Regular expression modifier only": "'re' must be the first modifier",
    "CIDR expression modifier only": "'cidr' must be the only modifier",
    "Exists modifier must be applied": "'exists' needs a field before it",
    "Exists modifier only": "'exists' must be the only modifier",
    "Base64 encoding of strings with wildcards": (
        "a text with wildcards cannot be encoded: write the plain text, or \\* for a star"
    ),
    "Wide modifier only": "'wide' takes ASCII texts only",
    "UTF-16": "'utf16' and 'utf16be' take ASCII texts only",
    "Field references must not": "the name of a field has no wildcards",
    "windash modifier": "'windash' takes at most three dashes in a value: split it",
    "Invalid number": "not a number that can be compared",
    "Compare operator expects": "a comparison needs a number (without quotes)",
}
