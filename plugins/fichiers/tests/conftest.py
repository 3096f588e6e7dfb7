"""Exports written on the spot, with invented mailboxes, and the source that reads them."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from temoin_fichiers.lists import FichiersSource
from temoin_fichiers.totals import TotauxSource
from temoin_sdk import Source
from temoin_sdk.windows import Fenetre

FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
LATER = datetime(2026, 11, 3, 6, tzinfo=UTC).timestamp()


@pytest.fixture
def fenetre() -> Fenetre:
    return FENETRE


@pytest.fixture
def periode() -> Fenetre:
    """The window with the margins of the sdk."""
    return Fenetre(debut=date(2026, 7, 30), fin=date(2026, 11, 3))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write one export; its date of writing is after the window unless said."""

    def put(name: str, content: str | bytes, *, encoding: str = "utf-8", written: float = LATER) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        os.utime(path, (written, written))
        return path

    return put


@pytest.fixture
def messages(tmp_path: Path) -> Callable[..., FichiersSource]:
    """The source of one set of messages; `changes` change the set."""

    def make(**changes: Any) -> FichiersSource:
        jeu: dict[str, Any] = {
            "relation": "messages_mss",
            "dossier": str(tmp_path),
            "motif": "MSS_*",
            "colonnes": {"code": "Boîte", "date_fait": "Date d'envoi", "cle": "Identifiant"},
        } | changes
        return build(FichiersSource, {"jeux": [jeu]})

    return make


@pytest.fixture
def totals(tmp_path: Path) -> Callable[..., TotauxSource]:
    """The source of one set of monthly totals of messages; `changes` change the set."""

    def make(**changes: Any) -> TotauxSource:
        jeu: dict[str, Any] = {
            "dossier": str(tmp_path),
            "motif": "TOTAUX_*",
            "colonnes": {"code": "Structure", "mois": "Mois", "messages_mss": "Envoyés"},
        } | changes
        return build(TotauxSource, {"jeux": [jeu]})

    return make


@pytest.fixture
def make() -> Callable[..., Any]:
    """Any source of this distribution from whole settings."""
    return build


def build(classe: type[Source], reglages: Mapping[str, Any]) -> Any:
    special = classe.specialised(reglages)
    return special(special.Reglages.model_validate(dict(reglages)))
