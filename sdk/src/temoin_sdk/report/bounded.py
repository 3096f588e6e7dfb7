"""Texts that a signed payload may hold: each has a pattern or is a civil date.

Only `NomLogiciel` could be misused to carry words about a person; it is short, and holds no long number. `Phrase` is
for certificates alone, which speak of a plugin and of no client.

Patterns use explicit ASCII classes: `\\d` and `\\w` mean more than ASCII to some readers of the JSON Schema.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from temoin_sdk.figures import ENTIER_MAX, MOTIFS_EXCLUS

RACINE_VIDE: Final = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""Root of a tree without leaves (RFC 6962): SHA-256 of the empty string."""

Rang = Annotated[int, Field(ge=1, le=ENTIER_MAX)]
"""A place in a sequence that starts at 1."""

Positif = Annotated[int, Field(ge=1, le=ENTIER_MAX)]
"""A count that is only written where it is not zero."""

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
"""Name of a project or of a campaign."""

CodeIndicateur = Annotated[str, Field(pattern=r"^(?:nb|taux)_[a-z0-9_]{1,40}$")]
"""Name of an indicator: a number or a rate."""

Taux = Annotated[str, Field(pattern=r"^(?:0|[1-9][0-9]{0,17})\.[0-9]{2}$")]
"""A rate in per cent, truncated to two decimals."""

Cible = Annotated[str, Field(pattern=r"^(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,2})?$")]
"""A target in per cent, or in units for a number."""

MotifExclu = Annotated[str, Field(pattern=f"^(?:{'|'.join(sorted(MOTIFS_EXCLUS))})$")]
"""Name of a reason of `MotifNonEligible`, lower case."""

_WORD = r"[A-Za-zÀ-ÖØ-öø-ÿŒœ0-9.+_()/'-]+"
_LONG_NUMBER = re.compile(r"[0-9]{10}")


def _check_no_number(text: str) -> str:
    if _LONG_NUMBER.search(text):
        raise ValueError("dix chiffres de suite ne nomment pas un logiciel")
    return text


NomLogiciel = Annotated[str, Field(pattern=f"^{_WORD}(?: {_WORD})*$", max_length=60), AfterValidator(_check_no_number)]
"""Name or version of a software, a plugin or a source: words of French letters apart by one space, 60 characters at
most, and no number as long as a telephone's or a NIR."""

NomSource = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Name of a source, as a configuration names it."""

CodeEpreuve = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
"""Stable code of a test of the conformance kit."""

_UNSEEN = r"\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"

Phrase = Annotated[str, Field(pattern=f"^[^{_UNSEEN}]+$", max_length=400)]
"""One line in an editor's own words: no control, no invisible character, none that turns the reading direction."""

Origine = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9./:_-]{0,126}[a-z0-9])?$")]
"""Name of a receiver's ledger, without scheme: binds a payload to one receiver."""

Installation = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
"""UUID of one agent, lower case."""

Fuseau = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z_]{1,20}(?:/[A-Z][A-Za-z_-]{1,30}){1,2}$")]
"""Name of a time zone in the IANA list."""

Kid = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""Thumbprint of a public key (RFC 7638, SHA-256, base64url)."""


def _check_instant(text: str) -> str:
    year = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).year
    if not 2000 <= year <= 2100:
        raise ValueError("un instant d'un autre siècle")
    return text


InstantUtc = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    AfterValidator(_check_instant),
]
"""An instant in UTC to the second, in its only spelling."""


def spell_instant(instant: datetime) -> str:
    """`instant` as `InstantUtc`; a naive one is refused, since nobody could say which second it means."""
    if instant.tzinfo is None:
        raise ValueError("un instant sans fuseau ne peut pas être écrit en UTC")
    return instant.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def read_instant(text: str) -> datetime:
    """The aware instant of an `InstantUtc`."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
