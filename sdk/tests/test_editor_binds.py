"""An editor's text that limits itself: `:debut` and `:fin` hold the period in which a fact may still count."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from temoin_sdk import Instant, Jour, Logiciel, SqlSource, sql
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Demande, EtablissementDemande, SourceDemande, count
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

FINESS = "010780054"

SCHEMA = """
CREATE TABLE sejour (usager INTEGER, entree TEXT, sortie TEXT);
CREATE TABLE fiche (usager INTEGER, quand TEXT);
INSERT INTO sejour VALUES (1, '2026-01-01', NULL), (2, '2026-01-01', '2026-08-01'), (3, '2020-01-01', '2020-02-01');
INSERT INTO fiche VALUES (1, '2026-08-01T00:00:00+02:00'), (2, '2026-10-31T22:59:59.000Z'), (3, '2026-09-01');
"""


class Limited(SqlSource):
    """Updates of the person's own file, only for persons who are there during the period."""

    nom = "limite"
    logiciel = Logiciel("DUI fictif", "1.0")
    espace_usagers = "limite.usager"
    etablissements = "SELECT 'A' AS code"
    sejours = sql("SELECT 'A' AS code, usager, entree, sortie FROM sejour", dates=Jour())
    mises_a_jour = sql(
        """SELECT 'A' AS code, f.usager, f.quand AS date_fait FROM fiche f JOIN sejour s ON s.usager = f.usager
        WHERE s.entree < :fin AND (s.sortie IS NULL OR s.sortie >= :debut)""",
        dates=Instant("Europe/Paris"),
    )


@pytest.fixture
def demande(tmp_path: Path) -> Demande:
    path = tmp_path / "dui.db"
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    connection.close()
    (tmp_path / "preuves").mkdir()
    return Demande(
        fenetre=Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1)),
        campagne=load_campaign("generalisation-2025").campagne,
        ej="010000024",
        projet="projet-essai",
        etablissements=(EtablissementDemande(finess=FINESS, fuseau="Europe/Paris"),),
        fuseau_og="Europe/Paris",
        sources=(
            SourceDemande(nom="dui", plugin="limite", reglages={"url": f"sqlite:///{path}"}, sites={"A": FINESS}),
        ),
        cle_pseudonyme=b"k" * 32,
        cle_site=b"s" * 32,
        dossier=tmp_path / "preuves",
    )


def test_a_text_with_dated_columns_may_use_the_binds(demande: Demande) -> None:
    """The types of its columns are looked at with the same values as it is read with."""
    catalogue = Catalogue({"limite": FoundSource(Limited, "temoin-essai", "1.0")}, {})
    resultat = count(demande, catalogue)
    (figures,) = resultat.etablissements
    assert figures.comptes[Compte.PERSONNES_ACCOMPAGNEES] == 2
    assert figures.comptes[Compte.DOSSIERS_ACTIFS] == 2
    assert resultat.avertissements == ()
