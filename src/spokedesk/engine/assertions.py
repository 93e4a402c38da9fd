"""Clients that prove who they are with a signed statement in place of a secret (RFC 7523, RS256), and the statements
that this server makes about a user (ID tokens, HS256). Times are milliseconds inside and seconds in the statements.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
OPENID = "openid"
LONGEST_LIFE = 600_000
LEEWAY = 60_000
MAX_ASSERTION = 8192
SMALLEST_KEY, LARGEST_KEY = 2048, 8192
# SHA-256 as PKCS #1 names it, before the digest
SHA_256 = bytes.fromhex("3031300d060960864801650304020105000420")
PART = re.compile(r"[A-Za-z0-9_-]+")
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----")
# what a public key of RSA begins with, after its length: its algorithm
RSA = bytes.fromhex("300d06092a864886f70d0101010500")


class BadKey(ValueError):
    """A text that is no public key of RSA; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA key that checks signatures."""

    modulus: int
    exponent: int


def encode_part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_part(text: str) -> bytes | None:
    """Base64 as these statements write it, without padding; None for other texts."""
    if not PART.fullmatch(text):
        return None
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None


def read_public_key(text: str) -> PublicKey:
    """A key from a JWK (`{"kty": "RSA", "n": …, "e": …}`) or a PEM file; raise BadKey."""
    found = PEM.search(text)
    modulus, exponent = read_der(base64.b64decode(found[1])) if found else read_jwk(text)
    if not SMALLEST_KEY <= modulus.bit_length() <= LARGEST_KEY:
        raise BadKey(f"an RSA key has {SMALLEST_KEY} to {LARGEST_KEY} bits here, not {modulus.bit_length()}")
    if exponent < 3 or exponent % 2 == 0 or exponent.bit_length() > 64:
        raise BadKey("its exponent is none")
    return PublicKey(modulus, exponent)


def read_jwk(text: str) -> tuple[int, int]:
    try:
        known = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadKey("is neither a PEM file nor a JSON web key") from error
    if not isinstance(known, dict) or known.get("kty") != "RSA":
        raise BadKey("is no key of RSA")
    numbers = [decode_part(str(known.get(name, ""))) for name in ("n", "e")]
    if not all(numbers):
        raise BadKey("lacks modulus or exponent")
    modulus, exponent = (int.from_bytes(number or b"") for number in numbers)
    return modulus, exponent


def read_der(raw: bytes) -> tuple[int, int]:
    """Modulus and exponent of a SubjectPublicKeyInfo."""
    try:
        body, _ = read_element(raw, 0x30)
        if not body.startswith(RSA):
            raise BadKey("is no key of RSA")
        bits, _ = read_element(body[len(RSA) :], 0x03)
        numbers, _ = read_element(bits[1:], 0x30)
        modulus, rest = read_element(numbers, 0x02)
        exponent, _ = read_element(rest, 0x02)
    except IndexError as error:
        raise BadKey("ends too early") from error
    return int.from_bytes(modulus), int.from_bytes(exponent)


def read_element(raw: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of a DER element, and what follows it."""
    if raw[0] != tag:
        raise BadKey("is not laid out like a public key")
    size, start = raw[1], 2
    if size >= 0x80:
        start = 2 + size - 0x80
        size = int.from_bytes(raw[2:start])
    if len(raw) < start + size:
        raise BadKey("ends too early")
    return raw[start : start + size], raw[start + size :]


def is_signed(key: PublicKey, signed: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256: the whole padded block is compared, nothing in it is parsed."""
    size = (key.modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature)
    if len(signature) != size or number >= key.modulus:
        return False
    found = pow(number, key.exponent, key.modulus).to_bytes(size)
    ending = b"\x00" + SHA_256 + hashlib.sha256(signed).digest()
    return hmac.compare_digest(found, b"\x00\x01" + b"\xff" * (size - 2 - len(ending)) + ending)


def claimed_client(assertion: str) -> str | None:
    """Whom an assertion is about, before anybody knows whether it is true."""
    parts = assertion.split(".") if len(assertion) <= MAX_ASSERTION else []
    subject = read_object(parts[1]).get("sub") if len(parts) == 3 else None
    return subject if isinstance(subject, str) else None


def read_object(part: str) -> Mapping[str, Any]:
    raw = decode_part(part)
    try:
        found = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def is_proven_by(assertion: str, key: PublicKey, client_id: str, audience: Collection[str], now: int) -> bool:
    """Whether a client itself made this statement for this server, not long ago and not to last for long."""
    parts = assertion.split(".") if len(assertion) <= MAX_ASSERTION else []
    signature = decode_part(parts[2]) if len(parts) == 3 else None
    if signature is None or read_object(parts[0]).get("alg") != "RS256":
        return False
    if not is_signed(key, ".".join(parts[:2]).encode(), signature):
        return False
    claims = read_object(parts[1])
    meant = claims.get("aud")
    meant = meant if isinstance(meant, list) else [meant]
    return (
        claims.get("iss") == claims.get("sub") == client_id
        and any(isinstance(item, str) and item in audience for item in meant)
        and is_current(claims, now)
    )


def is_current(claims: Mapping[str, Any], now: int) -> bool:
    """`exp` must be there and near; `nbf` and `iat`, if there, must not be ahead."""
    times = [claims.get(name, 0) for name in ("exp", "nbf", "iat")]
    if any(isinstance(at, bool) or not isinstance(at, int | float) or not abs(at) < 10**11 for at in times):
        return False
    expires, not_before, issued = (int(at * 1000) for at in times)
    return now < expires <= now + LONGEST_LIFE + LEEWAY and max(not_before, issued) <= now + LEEWAY


def sign_with_secret(claims: Mapping[str, Any], secret: str) -> str:
    """A statement that whoever holds the secret can check."""
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    text = ".".join(encode_part(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return f"{text}.{encode_part(hmac.digest(secret.encode(), text.encode(), 'sha256'))}"
