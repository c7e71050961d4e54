"""Hiding secrets in text before anybody sees it: in issues, in receipts, in evidence.

Shapes are those that the vendors publish; a key is shown by its first characters only, so that
its owner knows which one it is. Whatever a shipped playbook finds to be a secret is hidden here:
a test holds the two together.
"""

import re
from typing import Final

_SHOWN: Final = 4

_PRIVATE_KEY: Final = re.compile(
    # The first dashes may be cut off, and a text of 40,000 characters is the longest shown.
    r"(?i)(?:-----BEGIN[A-Z0-9 ]{0,40})?PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[^-]|-(?!----END)){0,40000}(?:-----END[A-Z0-9 ]{0,40}-----)?"
)

_TOKENS: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"  # AWS access key id
    r"|github_pat_[A-Za-z0-9_]{20,255}"  # GitHub fine-grained token
    r"|gh[a-z]_[A-Za-z0-9._]{20,}"  # GitHub classic, OAuth, user, installation and refresh tokens
    r"|xox[a-z]-[A-Za-z0-9-]{10,}"  # Slack tokens
    r"|xapp-[A-Za-z0-9-]{10,}"  # Slack app tokens
    r"|glpat-[A-Za-z0-9_-]{20,}"  # GitLab
    r"|npm_[A-Za-z0-9]{36,}"
    r"|pypi-[A-Za-z0-9_-]{50,}"
    r"|AIza[A-Za-z0-9_-]{35,}"  # Google API key
    r"|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"  # Stripe
    r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"  # SendGrid
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}"  # JSON web token
    r")[A-Za-z0-9_-]*"  # with what hangs on to it: it may be another one's end
)

_SLACK_HOOK: Final = re.compile(r"(hooks\.slack\.com/(?:services|workflows)/)[A-Za-z0-9/_-]+")

_URL_PASSWORD: Final = re.compile(r"(://[^\s:/@]{1,64}:)[^\s@/]{1,256}(?=@)")

_BEARER: Final = re.compile(r"(?i)\b(bearer|basic|token)(\s+)([A-Za-z0-9+/=._~-]{16,})")

_NAMED: Final = re.compile(
    # The word alone, not what comes before it: a prefix would be tried again at every character.
    r"(?i)("
    r"(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key"
    r"|credential|auth[_-]?key)"
    # Any amount of space, as people align things; possessive, so that nothing is tried twice.
    r"[a-z0-9_.-]{0,40}[\"']?\s*+[:=>]{1,3}+\s*+[\"']?)"
    # The value, and what it is a name for in turn: "password: client_secret = ...".
    r"([^\s\"',;]{8,}+(?:(?:(?<=[:=>])|[\"']?\s*+[:=>]{1,3}+)\s*+[\"']?[^\s\"',;]++)*+)"
)


_GITHUB: Final = re.compile(
    # Less than what is hidden: exactly the token, without what hangs on to it.
    r"(?<![A-Za-z0-9])(?:github_pat_[A-Za-z0-9_]{20,255}"
    r"|gh[a-z]_[A-Za-z0-9]{30,255}(?:\.[A-Za-z0-9_-]{10,}){0,2})"
)


def github_tokens(text: str) -> list[str]:
    """Return GitHub's own tokens in ``text``, in full, each once: never show or keep them."""
    return list(dict.fromkeys(_GITHUB.findall(text)))


def mask(text: str) -> str:
    """Return ``text`` with every secret in it replaced by its first characters and ``***``."""
    text = _PRIVATE_KEY.sub("[private key hidden]", text)
    # Names first: another kind of match could swallow the name and leave its value.
    text = _NAMED.sub(lambda found: found[1] + _hide(found[2]), text)
    text = _TOKENS.sub(lambda found: _hide(found[0]), text)
    text = _SLACK_HOOK.sub(r"\1***", text)
    text = _URL_PASSWORD.sub(r"\1***", text)
    return _BEARER.sub(lambda found: f"{found[1]}{found[2]}{_hide(found[3])}", text)


def _hide(secret: str) -> str:
    return secret[:_SHOWN] + "***"
