"""The space of the INS: one hash for all sources of a configuration, another for every other, and never the number."""

import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk import ESPACE_INS, CleIns, DepotDmp, Jour, Logiciel, RecordSource, Source, SqlSource, sql
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.ins import settle_matricule
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.errors import MappingError
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

FINESS = "010780054"
INS = "190017512345655"
CLE = CleIns.derivee(b"s" * 32)


@pytest.mark.parametrize(
    ("written", "settled"),
    [
        ("190017512345655", "1900175123456"),
        ("1 90 01 75 123 456 55", "1900175123456"),
        ("1900175123456", "1900175123456"),
        ("190017512345656", "190017512345656"),
        ("190012A12345615", "190012A123456"),
        ("190012a123456", "190012A123456"),
        ("190012B12345642", "190012B123456"),
        ("", ""),
        ("N-42", "N-42"),
    ],
)
def test_one_ins_is_spelled_once_and_a_mistyped_one_meets_nobody(written: str, settled: str) -> None:
    assert settle_matricule(written) == settled
    assert (CLE(written) == CLE(settled)) is True


def test_the_hash_changes_with_the_site_and_says_nothing() -> None:
    other = CleIns.derivee(b"t" * 32)
    assert CLE(INS) != other(INS)
    assert CLE.octets != b"s" * 32
    assert len(CLE(INS)) == 32
    assert "19001" not in CLE(INS) + repr(CLE)
    assert "octets" not in repr(CLE)
    assert CleIns.tiree() != CleIns.tiree()


class Plateforme(RecordSource):
    nom = "plateforme"
    logiciel = Logiciel("Plateforme fictive", "1")
    espace_usagers = ESPACE_INS

    def etablissements(self) -> Iterable[str]:
        return ["A"]

    def depots_dmp(self, periode: Fenetre) -> Iterable[DepotDmp]:
        assert self.cle_ins is not None
        yield DepotDmp("A", self.cle_ins(INS), "2026-09-01T10:00:00")


class Dui(SqlSource):
    """Its persons by numbers of its own, and a table of their INS."""

    nom = "dui"
    logiciel = Logiciel("DUI fictif", "1.0")
    espace_usagers = "dui.usager"
    etablissements = "SELECT 'A' AS code"
    sejours = sql("SELECT 'A' AS code, usager, '2026-01-01' AS entree FROM personne", dates=Jour())
    identites = (
        f"SELECT '{ESPACE_INS}' AS espace, ins AS usager, 'dui.usager' AS espace_maitre, usager AS usager_maitre "
        "FROM personne WHERE ins IS NOT NULL"
    )


def counted(tmp_path: Path, *classes: type[Source]) -> Resultat:
    base = tmp_path / "dui.db"
    with sqlite3.connect(base) as connection:
        connection.execute("CREATE TABLE personne (usager INTEGER, ins TEXT)")
        connection.executemany("INSERT INTO personne VALUES (?, ?)", [(1, "1 90 01 75 123 456"), (2, None)])
    connection.close()
    (tmp_path / "preuves").mkdir()
    reglages: dict[str, Any] = {"url": f"sqlite:///{base}"}
    return count(
        Demande(
            fenetre=Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1)),
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="essai",
            etablissements=(EtablissementDemande(finess=FINESS, fuseau="Europe/Paris"),),
            fuseau_og="Europe/Paris",
            sources=tuple(
                SourceDemande(
                    nom=one.nom,
                    plugin=one.nom,
                    reglages=reglages if issubclass(one, SqlSource) else {},
                    sites={"A": FINESS},
                )
                for one in classes
            ),
            cle_pseudonyme=b"p" * 32,
            cle_site=b"s" * 32,
            dossier=tmp_path / "preuves",
        ),
        Catalogue({one.nom: FoundSource(one, "essai", "1") for one in classes}, {}),
    )


def test_an_editors_table_of_ins_meets_the_deposits_of_a_platform(tmp_path: Path) -> None:
    """A SELECT gives the number itself: it is hashed before anything is kept of it."""
    [found] = counted(tmp_path, Dui, Plateforme).etablissements
    assert (found.comptes[Compte.PERSONNES_ACCOMPAGNEES], found.comptes[Compte.DMP_ALIMENTES]) == (2, 1)
    assert not [
        path for path in (tmp_path / "preuves").rglob("*") if path.is_file() and b"90017512" in path.read_bytes()
    ]


def test_a_space_that_no_map_joins_is_refused_even_beside_a_map(tmp_path: Path) -> None:
    """A source that says which spaces its map leads to is believed: any other would count 0 without a word."""

    class Joint(Dui):
        espaces_joints = frozenset({ESPACE_INS})

    class Ailleurs(Plateforme):
        espace_usagers = "ailleurs"

    with pytest.raises(MappingError) as refused:
        counted(tmp_path, Joint, Ailleurs)
    assert refused.value.code == "espaces_disjoints"
    assert "par leur INS" in refused.value.remede
