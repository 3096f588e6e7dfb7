"""Stays from the software's database, messages and deposits from the platform, counted together by Témoin."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from temoin_pfi.plugin import Pfi
from temoin_pfi.settings import ReglagesPfi
from temoin_sdk import ESPACE_INS, CleIns, Jour, Logiciel, SqlSource, sql
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.errors import MappingError
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

QUARTER = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
METROPOLE, REUNION = "010000024", "970400024"
Counted = Callable[..., Resultat]


class Dossiers(SqlSource):
    """A software with stays alone."""

    nom = "dossiers"
    logiciel = Logiciel("Dossiers fictifs", "1")
    espace_usagers = "dossiers.personne"
    etablissements = "SELECT DISTINCT code FROM sejour"
    sejours = sql("SELECT code, usager, entree, NULL AS sortie FROM sejour", dates=Jour())


CATALOGUE = Catalogue(
    {"dossiers": FoundSource(Dossiers, "essai", "1"), "pfi": FoundSource(Pfi, "temoin-pfi", "0.1.0")}, {}
)


@pytest.fixture
def counted(tmp_path: Path) -> Counted:
    """Count the texts of `pfi` beside the stays of R1 to R4 in both establishments."""
    with closing(sqlite3.connect(tmp_path / "dossiers.db")) as base:
        base.execute("CREATE TABLE sejour (code TEXT, usager TEXT, entree TEXT)")
        stays = [(code, f"R{n}", "2025-01-01") for code in (METROPOLE, REUNION) for n in range(1, 5)]
        base.executemany("INSERT INTO sejour VALUES (?, ?, ?)", stays)
        base.commit()
    (tmp_path / "preuves").mkdir()

    def run(*texts: str, **reglages: object) -> Resultat:
        for number, text in enumerate(texts):
            (tmp_path / f"{number:03}.hl7").write_bytes(text.encode())
        sites = {METROPOLE: METROPOLE, REUNION: REUNION}
        return count(
            Demande(
                fenetre=QUARTER,
                campagne=load_campaign("generalisation-2025").campagne,
                ej="010780054",
                projet="essai",
                etablissements=(
                    EtablissementDemande(finess=METROPOLE, fuseau="Europe/Paris"),
                    EtablissementDemande(finess=REUNION, fuseau="Indian/Reunion"),
                ),
                fuseau_og="Europe/Paris",
                sources=(
                    SourceDemande(
                        nom="dui",
                        plugin="dossiers",
                        reglages={"url": f"sqlite:///{tmp_path}/dossiers.db"},
                        sites=sites,
                    ),
                    SourceDemande(
                        nom="plateforme",
                        plugin="pfi",
                        reglages={
                            "dossier": str(tmp_path),
                            "espace_usagers": "dossiers.personne",
                            "etablissements": [METROPOLE, REUNION],
                            **reglages,
                        },
                        sites=sites,
                    ),
                ),
                cle_pseudonyme=bytes(32),
                cle_site=bytes(range(32)),
                dossier=tmp_path / "preuves",
            ),
            CATALOGUE,
        )

    return run


def counts(resultat: Resultat, finess: str = METROPOLE) -> tuple[int | None, int | None, int | None]:
    """Messages, persons whose DMP was fed, documents."""
    [figures] = [f for f in resultat.etablissements if f.finess == finess]
    comptes = figures.comptes
    return comptes[Compte.MESSAGES_MSS], comptes[Compte.DMP_ALIMENTES], comptes[Compte.DOCUMENTS_DMP]


def test_deposits_meet_the_stays_of_the_same_space(hl7: Any, counted: Counted) -> None:
    resultat = counted(
        hl7.envoi("M1", vers="dmp ps", usager="R1") + hl7.accuse("M1") + hl7.accuse("M1", "Z02"),
        hl7.envoi("M2", usager="R1") + hl7.accuse("M2"),
        hl7.envoi("M3", usager="R2") + hl7.accuse("M3"),
        hl7.envoi("M4", usager="R3") + hl7.accuse("M4", answer="N"),
        hl7.envoi("M5", usager="R4"),
        hl7.envoi("M6", vers="pat", usager="R4") + hl7.accuse("M6", "Z02"),
    )
    assert (resultat.ecartes, resultat.erreurs, resultat.avertissements) == ((), (), ())
    assert counts(resultat) == (2, 2, 3)
    assert counts(resultat, REUNION) == (0, 0, 0)
    [figures] = [f for f in resultat.etablissements if f.finess == METROPOLE]
    assert (figures.messages_mss_professionnels, figures.messages_mss_usagers) == (1, 1)


def test_an_establishment_that_no_message_names_may_have_sent_none(hl7: Any, counted: Counted) -> None:
    [told] = counted(hl7.envoi("M1", usager="R1") + hl7.accuse("M1"), etablissements=[]).avertissements
    assert (told.code, told.finess) == ("inconnu_de_la_source", REUNION)
    assert "« etablissements »" in told.remede
    assert f"Établissements nommés : {METROPOLE}." in told.remede


def test_persons_of_another_space_are_an_error_and_no_silent_zero(hl7: Any, counted: Counted) -> None:
    with pytest.raises(MappingError) as caught:
        counted(hl7.envoi() + hl7.accuse(), espace_usagers="pfi.usager")
    assert caught.value.code == "espaces_disjoints"


def test_the_ins_in_place_of_the_software_s_identifier_shows(hl7: Any, counted: Counted) -> None:
    texts = [hl7.envoi(f"M{n}", usager="R1").replace("5678", f"567{n}") + hl7.accuse(f"M{n}") for n in range(6)]
    with pytest.raises(MappingError) as caught:
        counted(*texts, identifiant="ins")
    assert caught.value.code == "personnes_sans_sejour"


def test_an_ins_in_the_shared_space_is_a_hash_under_the_key_of_the_site(hl7: Any, tmp_path: Path) -> None:
    (tmp_path / "a.hl7").write_bytes((hl7.envoi("M1") + hl7.accuse("M1")).encode())
    settings = {"dossier": str(tmp_path), "identifiant": "ins"}
    classe = Pfi.specialised(settings)
    source = classe(ReglagesPfi.model_validate(settings))
    assert isinstance(source, Pfi)
    assert source.espace_usagers == ESPACE_INS
    source.cle_ins = CleIns.derivee(b"s" * 32)
    [row] = source.depots_dmp(QUARTER)
    assert row.usager == source.cle_ins("190017512345678")
    source.cle_ins = None
    with pytest.raises(TypeError):
        list(source.depots_dmp(QUARTER))


def test_an_ins_in_the_space_of_a_software_stays_its_own(hl7: Any, tmp_path: Path) -> None:
    """Software whose own identifier is the INS: its space is written in the settings, and means what it says."""
    (tmp_path / "a.hl7").write_bytes((hl7.envoi("M1") + hl7.accuse("M1")).encode())
    settings = {"dossier": str(tmp_path), "identifiant": "ins", "espace_usagers": "dossiers.personne"}
    source = Pfi.specialised(settings)(ReglagesPfi.model_validate(settings))
    assert isinstance(source, Pfi)
    source.cle_ins = CleIns.derivee(b"s" * 32)
    assert [row.usager for row in source.depots_dmp(QUARTER)] == ["190017512345678"]


def test_an_answer_after_the_window_confirms_a_message_in_it(hl7: Any, counted: Counted) -> None:
    resultat = counted(
        hl7.envoi("M1", "20261031235959+0100") + hl7.accuse("M1", moment="20261120"),
        hl7.envoi("M2", "20261101000000+0100", usager="R2") + hl7.accuse("M2", moment="20261120"),
        hl7.envoi("M3", "20260731235959+0200", usager="R3") + hl7.accuse("M3", moment="20260801"),
    )
    assert counts(resultat) == (0, 1, 1)


@pytest.mark.parametrize(("day", "expected"), [("20261031", 0), ("20261101", 1), ("20261102", 1)])
def test_a_deletion_counts_up_to_the_last_day_of_the_window(
    hl7: Any, counted: Counted, day: str, expected: int
) -> None:
    resultat = counted(
        hl7.envoi("M1", "20260901", txa="1") + hl7.accuse("M1"),
        hl7.envoi("M2", day, txa="1", type_="MDM^T04") + hl7.accuse("M2", moment=day),
    )
    assert counts(resultat) == (0, expected, expected)


def test_a_timestamp_without_offset_is_on_the_establishment_s_clock(hl7: Any, counted: Counted) -> None:
    texts = [hl7.envoi("M1", "20261101013000", site=REUNION) + hl7.accuse("M1", moment="20261101")]
    assert counts(counted(*texts), REUNION) == (0, 0, 0)


def test_settings_may_name_the_clock_of_the_server(hl7: Any, counted: Counted) -> None:
    texts = [hl7.envoi("M1", "20261031223000", site=REUNION) + hl7.accuse("M1", moment="20261101")]
    assert counts(counted(*texts, fuseau="Europe/Paris"), REUNION) == (0, 0, 0)


def test_a_date_without_a_day_is_said_and_counted_nowhere(hl7: Any, counted: Counted) -> None:
    resultat = counted(
        *(hl7.envoi(f"M{n}", vers="dmp ps") + hl7.accuse(f"M{n}") + hl7.accuse(f"M{n}", "Z02") for n in range(9)),
        hl7.envoi("M9", "202609", vers="dmp ps") + hl7.accuse("M9") + hl7.accuse("M9", "Z02"),
    )
    assert counts(resultat) == (9, 1, 9)
    assert [a.code for a in resultat.avertissements] == ["dates_illisibles", "dates_illisibles"]


def test_a_deposit_without_establishment_or_usager_is_said(hl7: Any, counted: Counted) -> None:
    resultat = counted(
        hl7.envoi("M1") + hl7.accuse("M1"),
        hl7.envoi("M2").replace("FINEG^^^010", "FINEJ^^^010") + hl7.accuse("M2"),
        hl7.envoi("M3", pid3="1^^^A^PI~2^^^B^PI") + hl7.accuse("M3"),
    )
    assert counts(resultat) == (0, 1, 2)
    assert {a.code for a in resultat.avertissements} == {"sites_inconnus", "usagers_absents"}


def test_a_broken_file_refuses_the_source_and_is_named(hl7: Any, counted: Counted) -> None:
    with pytest.raises(MappingError, match=r"001\.hl7, message 1 : message coupé") as caught:
        counted(hl7.envoi() + hl7.accuse(), hl7.envoi("M2")[:700])
    assert (caught.value.code, caught.value.ou) == ("pfi_illisible", "source plateforme")


def test_nothing_that_is_counted_or_kept_names_a_person(
    hl7: Any,
    counted: Counted,
    canaries: tuple[str, ...],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(0):
        resultat = counted(hl7.envoi(vers="dmp ps pat") + hl7.accuse() + hl7.accuse(event="Z02"), identifiant="ins")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "preuves").rglob("*") if path.is_file())
    said = resultat.model_dump_json() + caplog.text + "".join(capsys.readouterr())
    assert kept
    assert [c for c in canaries if c in said or c.encode() in kept] == []
