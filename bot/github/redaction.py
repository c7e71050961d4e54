"""Takes credentials out of texts that people and logs will see."""

import re
from typing import Final

# GitHub's token formats: ghp_, gho_, ghu_, ghs_, ghr_ (opaque, dots and all) and github_pat_;
# a JWT is three base64url parts, the first of which always begins with '{"' encoded.
_CREDENTIAL: Final = re.compile(
    r"gh[a-z]_[A-Za-z0-9._]{20,}"
    r"|github_pat_[A-Za-z0-9_]{10,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)


def redact(text: str) -> str:
    """Return ``text`` with every GitHub token, JWT and private key replaced by ``[redacted]``."""
    return _CREDENTIAL.sub("[redacted]", text)
