"""Statements that a client signs to prove who it is, with a key that was made for the tests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from spokedesk.engine.assertions import SHA_256, encode_part

MODULUS = int(
    "a90241356dbdb11d8d3c9bdb9ef1c62b35dfb8c21edaf538b8111f627645bc7666cb6e4272848555999c5cf45a4500d64a7f"
    "1d44299b506169cd632eb982807db9a5edf11b4725bbf6bee91fdc16183fe9cafacb1f814d521bd090448e3d4fd7e874fc09"
    "c23a9daa4557e6e4cca23b104b3fe75eb35eb643326b971389195ae90f22d78a8425b338d4cbc64b864c67cae593616eae15"
    "c509d7c47dcec098ffb2033f33f9eec49111e82d0d5e43eba3346d9b2a0794b9c7459bc860e488f9ddf8c6e8c1954ad57cb4"
    "6d6bf58bfb49b122f35a9b02735b72c695221a9c31f371c4d8c9241b8bbceb8c1394ed4570ea80659cee6cab45d1c82f5ace"
    "ae3bff8ab381",
    16,
)
PRIVATE_EXPONENT = int(
    "1bafb2defdcb456881ea9bddae7c0ceaa738af1b9dd260b999edb4267d198f761600dd5f254370544585c7f47f952e3dec96"
    "4645144bcd2f2815ed598a2a46c251d74cd362949529e59200bea75f3739c122ef52b72687741bfa5ea7dc654edf1fc58a44"
    "4efd2b36e9852cddee67e525162eb1c861b9f241afd0d03ef306a44da5769b1419c4d3d9486cc3dabb5769b692fa320ef727"
    "aa4cd9cef220d80035798f42843931516f67db426f02eee599bc4ca6906637a97bd6cb95a57ace08583f41ddf73c9d9d667e"
    "5243113325621947f5b3c14ea514057eca3a13a2f15104553803c9a26d9bbe2ddde48b01a1e79f143eb3e97a97623a26c080"
    "c67765e44d01",
    16,
)
SIZE = 256
PUBLIC_PEM = """\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqQJBNW29sR2NPJvbnvHG
KzXfuMIe2vU4uBEfYnZFvHZmy25CcoSFVZmcXPRaRQDWSn8dRCmbUGFpzWMuuYKA
fbml7fEbRyW79r7pH9wWGD/pyvrLH4FNUhvQkESOPU/X6HT8CcI6napFV+bkzKI7
EEs/516zXrZDMmuXE4kZWukPIteKhCWzONTLxkuGTGfK5ZNhbq4VxQnXxH3OwJj/
sgM/M/nuxJER6C0NXkProzRtmyoHlLnHRZvIYOSI+d34xujBlUrVfLRta/WL+0mx
IvNamwJzW3LGlSIanDHzccTYySQbi7zrjBOU7UVw6oBlnO5sq0XRyC9azq47/4qz
gQIDAQAB
-----END PUBLIC KEY-----
"""
JWK: Mapping[str, str] = {"kty": "RSA", "n": encode_part(MODULUS.to_bytes(SIZE)), "e": "AQAB"}


def signature_of(text: bytes, digest_name: bytes = SHA_256) -> bytes:
    """RSASSA-PKCS1-v1_5, written out."""
    ending = b"\x00" + digest_name + hashlib.sha256(text).digest()
    block = b"\x00\x01" + b"\xff" * (SIZE - 2 - len(ending)) + ending
    return pow(int.from_bytes(block), PRIVATE_EXPONENT, MODULUS).to_bytes(SIZE)


def assertion_of(claims: Any, header: Any = None) -> str:
    given = header if header is not None else {"alg": "RS256", "typ": "JWT"}
    text = ".".join(encode_part(json.dumps(part).encode()) for part in (given, claims))
    return f"{text}.{encode_part(signature_of(text.encode()))}"
