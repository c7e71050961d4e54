"""The App's private key, in any form an environment variable can mangle it into."""

import base64
import binascii
import re
import textwrap
from functools import lru_cache
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.core.errors import ConfigurationError

_FIX: Final = (
    "set PRIVATE_KEY to the text of the .pem file GitHub gave you for the App "
    "(line breaks may be written as \\n, or the whole file as base64), "
    "or PRIVATE_KEY_PATH to where that file is"
)
_BLOCK: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)


def read_private_key(text: str) -> str:
    r"""Return the App's RSA private key as a clean PEM text.

    Accepts the file as it is, with line breaks written as ``\n`` or lost to spaces, within
    quotes, or base64 encoded as a whole (all of which Probot's ``PRIVATE_KEY`` accepts). Raises
    `ConfigurationError` when there is no usable key in it; the text never shows the key.
    """
    if not text.strip():
        raise ConfigurationError(f"the App's private key is empty: {_FIX}")
    pem = _rebuild(_plain(text.strip().strip("\"'")))
    load_key(pem)
    return pem


@lru_cache(maxsize=2)  # a key is checked at length, and used for as long as the App runs
def load_key(pem: str) -> RSAPrivateKey:
    """Return the key in a PEM text, or raise `ConfigurationError`."""
    if "ENCRYPTED" in pem:
        raise ConfigurationError(f"the App's private key is protected by a passphrase: {_FIX}")
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Not chained: the reason may quote the key.
        raise ConfigurationError(f"the App's private key can't be read: {_FIX}") from None
    if not isinstance(key, RSAPrivateKey):
        raise ConfigurationError(f"the App's private key is not an RSA key: {_FIX}")
    return key


def _plain(text: str) -> str:
    """Undo base64 and written-out line breaks."""
    text = text.replace("\\r", "").replace("\\n", "\n")
    if "-----BEGIN" in text:
        return text
    try:
        decoded = base64.b64decode("".join(text.split()), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        decoded = ""
    if "-----BEGIN" not in decoded:
        hint = (
            " (it looks like a path, which belongs in PRIVATE_KEY_PATH)" if _pathlike(text) else ""
        )
        raise ConfigurationError(f"the App's private key is not a PEM text{hint}: {_FIX}")
    return decoded


def _pathlike(text: str) -> bool:
    return text.endswith((".pem", ".key")) and "\n" not in text


def _rebuild(text: str) -> str:
    """Set the lines of the first PEM block anew, whatever became of its white space."""
    found = _BLOCK.search(text)
    if found is None:
        raise ConfigurationError(f"the App's private key is cut off: {_FIX}")
    label, content = found.groups()
    if "PRIVATE KEY" not in label:
        raise ConfigurationError(
            f"the App's private key holds a {label.strip().lower()} instead: {_FIX}"
        )
    if "ENCRYPTED" in label or "ENCRYPTED" in content:
        raise ConfigurationError(f"the App's private key is protected by a passphrase: {_FIX}")
    lines = textwrap.wrap("".join(content.split()), 64)
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
