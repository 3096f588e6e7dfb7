"""Other implementations of JWS, to compare ours with: joserfc in this process, npm jose by node.

npm jose is installed once per machine from a lock without any registry's address. Where node is absent its tests are
skipped with that reason, and fail when `TEMOIN_NODE=exige` (.ci/run) says that it must be there.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from joserfc import jws as joserfc_jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from temoin_sdk.envelope import Key
from temoin_sdk.envelope.jws import MAX_TOKEN_CHARS

ALGORITHMS = ["Ed25519", "EdDSA", "ES256", "PS256", "RS256"]
_SOURCE = Path(__file__).parents[2] / "sdk/tests/oracle_jose"
_INSTALL_SECONDS = 180
_VERIFY_SECONDS = 120


def bare_jwk(key: Key) -> dict[str, str]:
    """Without `alg`, which libraries would pin to one of two names."""
    return {name: value for name, value in key.to_jwk().items() if name not in {"alg", "kid", "use"}}


def joserfc_key(key: Key, **private: str) -> OKPKey | ECKey | RSAKey:
    members = bare_jwk(key)
    kind: Any = {"OKP": OKPKey, "EC": ECKey, "RSA": RSAKey}[members["kty"]]
    return kind.import_key({**members, **private})


def joserfc_payload(token: str, key: Key) -> bytes | None:
    """What joserfc reads in this token, None if it refuses."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    registry.max_header_length = MAX_TOKEN_CHARS  # certificates are longer than its 512 characters
    registry.max_payload_length = MAX_TOKEN_CHARS
    try:
        return joserfc_jws.deserialize_compact(token, joserfc_key(key), registry=registry).payload
    except (JoseError, ValueError, RecursionError):
        return None


def jose_payloads(tokens: Sequence[tuple[str, Key]], *, x5c: bool = False) -> list[bytes | None]:
    """What npm jose reads in each token; with `x5c` by the certificate of its header. Skips or fails without node."""
    asked = [{"jeton": token, "jwk": bare_jwk(key), "x5c": x5c} for token, key in tokens]
    ran = subprocess.run(
        ["node", "verify.mjs"],
        cwd=_jose_folder(),
        input=json.dumps(asked).encode(),
        capture_output=True,
        timeout=_VERIFY_SECONDS,
        check=True,
    )
    return [None if one is None else base64.urlsafe_b64decode(one + "==") for one in json.loads(ran.stdout)]


@lru_cache(maxsize=1)
def _jose_folder() -> Path:
    absent = [name for name in ("node", "npm") if shutil.which(name) is None]
    if absent:
        _unable(f"{' and '.join(absent)} not installed (Debian: nodejs, npm)")
    files = [_SOURCE / name for name in ("package.json", "package-lock.json", "verify.mjs")]
    digest = hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"temoin-oracle-jose-{os.getuid()}-{digest}"
    with FileLock(f"{folder}.lock"):
        if not (folder / "ready").exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            for one in files:
                shutil.copy(one, folder)
            command = ["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
            if ran.returncode:
                _unable(f"npm could not install jose: {ran.stderr.strip().splitlines()[-1:]}")
            (folder / "ready").touch()
    return folder


def _unable(reason: str) -> None:
    if os.environ.get("TEMOIN_NODE") == "exige":
        pytest.fail(reason)
    pytest.skip(reason)
