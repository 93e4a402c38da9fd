"""Signed statements of clients: which keys can check them, and which of them prove anything."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from spokedesk.engine.assertions import (
    SHA_256,
    BadKey,
    PublicKey,
    claimed_client,
    decode_part,
    encode_part,
    is_proven_by,
    is_signed,
    read_public_key,
    sign_with_secret,
)
from tests.support.assertions import JWK, MODULUS, PUBLIC_PEM, SIZE, assertion_of, signature_of

KEY = PublicKey(MODULUS, 65537)
NOW = 1_790_000_000_000
HERE = "https://desk.example.com"
CLAIMS = {"iss": "client", "sub": "client", "aud": HERE, "exp": NOW // 1000 + 60}


def proves(assertion: str, now: int = NOW) -> bool:
    return is_proven_by(assertion, KEY, "client", (HERE, f"{HERE}/token"), now)


@pytest.mark.parametrize("text", [PUBLIC_PEM, PUBLIC_PEM.replace("\n", "\r\n"), json.dumps(JWK)])
def test_a_key_is_read_from_pem_and_jwk(text: str) -> None:
    assert read_public_key(text) == KEY


def der(*cut: int) -> str:
    """The PEM with bytes of its content replaced or its end cut off."""
    raw = bytearray(base64.b64decode("".join(PUBLIC_PEM.splitlines()[1:-1])))
    if len(cut) == 2:
        raw[cut[0]] = cut[1]
    else:
        del raw[cut[0] :]
    return f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(bytes(raw)).decode()}\n-----END PUBLIC KEY-----"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "neither a PEM file nor a JSON web key"),
        ("[1]", "no key of RSA"),
        (json.dumps({**JWK, "kty": "EC"}), "no key of RSA"),
        (json.dumps({"kty": "RSA", "n": JWK["n"]}), "lacks modulus or exponent"),
        (json.dumps({**JWK, "n": "!!"}), "lacks modulus or exponent"),
        (json.dumps({**JWK, "n": encode_part(b"\x01" * 128)}), "2048 to 8192 bits"),
        (json.dumps({**JWK, "n": encode_part(b"\x01" * 2000)}), "2048 to 8192 bits"),
        (json.dumps({**JWK, "e": encode_part(b"\x01")}), "exponent is none"),
        (json.dumps({**JWK, "e": encode_part(b"\x04")}), "exponent is none"),
        (der(0, 0x31), "not laid out like a public key"),
        (der(12, 0x02), "no key of RSA"),
        (der(40), "ends too early"),
        (der(1), "ends too early"),
    ],
)
def test_what_can_check_nothing_is_no_key(text: str, reason: str) -> None:
    with pytest.raises(BadKey, match=reason):
        read_public_key(text)


def test_a_statement_of_the_client_for_this_server_proves_it() -> None:
    assert proves(assertion_of(CLAIMS))
    assert proves(assertion_of({**CLAIMS, "aud": ["other", f"{HERE}/token"], "iat": NOW // 1000, "jti": "1"}))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"},
        {"sub": "other"},
        {"iss": "other", "sub": "other"},
        {"sub": None},
        {"aud": "https://elsewhere.example"},
        {"aud": []},
        {"aud": None},
        {"aud": [1]},
        {"exp": NOW // 1000},
        {"exp": NOW // 1000 - 1},
        {"exp": NOW // 1000 + 3600},
        {"exp": None},
        {"exp": str(NOW)},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": 1e300},
        {"nbf": NOW // 1000 + 120},
        {"iat": NOW // 1000 + 120},
    ],
)
def test_a_statement_about_something_else_proves_nothing(changes: dict[str, Any]) -> None:
    assert not proves(assertion_of({**CLAIMS, **changes}))


def test_a_statement_without_an_end_proves_nothing() -> None:
    assert not proves(assertion_of({name: value for name, value in CLAIMS.items() if name != "exp"}))


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "RS512"}, {}, [], "RS256"])
def test_only_one_way_of_signing_counts(header: Any) -> None:
    assert not proves(assertion_of(CLAIMS, header))


def test_the_public_key_is_no_secret_to_sign_with() -> None:
    """The oldest trick: take the key that everybody knows for the secret of another algorithm."""
    text = f"{encode_part(b'{}')}.{encode_part(json.dumps(CLAIMS).encode())}".replace(
        encode_part(b"{}"), encode_part(json.dumps({"alg": "HS256"}).encode())
    )
    forged = hmac.digest(PUBLIC_PEM.encode(), text.encode(), "sha256")
    assert not proves(f"{text}.{encode_part(forged)}")


def test_a_signature_holds_for_its_text_alone() -> None:
    head, claims, signature = assertion_of(CLAIMS).split(".")
    other = encode_part(json.dumps({**CLAIMS, "exp": NOW // 1000 + 61}).encode())
    for text in (
        f"{head}.{other}.{signature}",
        f"{head}.{claims}.{signature[:-2]}AA",
        f"{head}.{claims}.",
        f"{head}.{claims}",
    ):
        assert not proves(text)
    raw = decode_part(signature)
    assert raw is not None
    for wrong in (raw[:-1], raw + b"\x00", b"\x00" * SIZE, b"\xff" * SIZE, bytes(reversed(raw))):
        assert not proves(f"{head}.{claims}.{encode_part(wrong)}")


def cube_root(number: int) -> int:
    low, high = 0, 1 << (number.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle - 1)
    return low


def test_a_signature_must_fill_the_block_in_the_one_way() -> None:
    """Checkers that read the padding instead of comparing it were forged: with the exponent 3 anybody can make a number
    whose cube begins with a short padding and the right digest.
    """
    text = b"text"
    assert is_signed(KEY, text, signature_of(text))
    assert not is_signed(KEY, text, signature_of(text, SHA_256[:-1] + b"\x21"))
    start = b"\x00\x01" + b"\xff" * 8 + b"\x00" + SHA_256 + hashlib.sha256(text).digest()
    forged = cube_root(int.from_bytes(start + b"\xff" * (SIZE - len(start))))
    assert (forged**3).to_bytes(SIZE).startswith(start), "the forgery is what it is meant to be"
    assert not is_signed(PublicKey(MODULUS, 3), text, forged.to_bytes(SIZE))
    assert not is_signed(KEY, text, (int.from_bytes(signature_of(text)) + MODULUS).to_bytes(SIZE + 1))


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b", "a.b.c.d", "\u00fc.\u00fc.\u00fc", "x" * 9000, "e30.e30.e30", "e30.W10.e30"]
)
def test_what_is_no_statement_names_nobody(text: str) -> None:
    assert claimed_client(text) is None
    assert not proves(text)


def test_deep_nesting_is_no_statement() -> None:
    deep = encode_part(b'{"sub":' + b"[" * 2000 + b"]" * 2000 + b"}")
    assert claimed_client(f"e30.{deep}.e30") is None


def test_a_statement_names_whom_it_is_about() -> None:
    assert claimed_client(assertion_of(CLAIMS)) == "client"


def test_what_the_server_states_is_checked_with_the_secret() -> None:
    head, claims, signature = sign_with_secret({"sub": "1"}, "secret").split(".")
    assert decode_part(head) == b'{"alg":"HS256","typ":"JWT"}'
    assert decode_part(claims) == b'{"sub":"1"}'
    assert decode_part(signature) == hmac.digest(b"secret", f"{head}.{claims}".encode(), "sha256")
