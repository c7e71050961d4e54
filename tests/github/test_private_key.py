"""The App's private key is read however it was written down, or refused with what to set."""

import base64

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bot.core.errors import ConfigurationError
from bot.github import read_private_key
from bot.github.key import load_key

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY,
    *,
    kind: form.PrivateFormat = form.PrivateFormat.TraditionalOpenSSL,
    lock: form.KeySerializationEncryption | None = None,
) -> str:
    """Return a private key as a PEM text, as GitHub hands it out by default."""
    return key.private_bytes(form.Encoding.PEM, kind, lock or form.NoEncryption()).decode()


PEM = pem()
PUBLIC = (
    KEY.public_key()
    .public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
GOOD = {
    "as it is": PEM,
    "pkcs8": pem(kind=form.PrivateFormat.PKCS8),
    "written-out line breaks": PEM.replace("\n", "\\n"),
    "windows line ends": PEM.replace("\n", "\r\n"),
    "written-out windows line ends": PEM.replace("\n", "\\r\\n"),
    "spaces for line breaks": PEM.replace("\n", " "),
    "quoted": f'"{PEM}"',
    "surrounded by white space": f"\n  {PEM}\n",
    "base64": base64.b64encode(PEM.encode()).decode(),
    "base64 in lines": base64.encodebytes(PEM.encode()).decode(),
}
LOCK = form.BestAvailableEncryption(b"x")
BAD = {
    "empty": ("", "empty"),
    "blank": (" \n", "empty"),
    "garbled": (PEM.replace("e", "!"), "can't be read"),
    "not a key": ("hello", "not a PEM"),
    "a path": ("/etc/tipstaff/app.pem", "PRIVATE_KEY_PATH"),
    "cut off": (PEM[: len(PEM) // 2], "cut off"),
    "locked": (pem(lock=LOCK), "passphrase"),
    "locked pkcs8": (pem(kind=form.PrivateFormat.PKCS8, lock=LOCK), "passphrase"),
    "public": (PUBLIC, "public key"),
    "not rsa": (pem(ec.generate_private_key(ec.SECP256R1())), "not an RSA key"),
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_a_key_is_read_however_it_was_written(text: str) -> None:
    """Every way an environment mangles a key leads to the same key."""
    assert load_key(read_private_key(text)).private_numbers() == KEY.private_numbers()


@pytest.mark.parametrize(("text", "says"), BAD.values(), ids=BAD.keys())
def test_an_unusable_key_says_what_to_set(text: str, says: str) -> None:
    """The refusal names the problem and both variables, and never quotes the key."""
    with pytest.raises(ConfigurationError) as caught:
        read_private_key(text)
    message = str(caught.value)
    assert says in message
    assert "set PRIVATE_KEY" in message
    assert "PRIVATE_KEY_PATH" in message
    assert PEM[40:60] not in message
