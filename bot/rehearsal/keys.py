"""A key pair like the one an App's owner gets from GitHub, made for one run."""

from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyPair:
    """Both halves of an RSA key, as PEM."""

    private: str
    public: str


@cache
def make_keys() -> KeyPair:
    """Make a pair, the first time; it opens nothing but organisations simulated in this process."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return KeyPair(
        private=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        public=key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    )
