"""The source: its rows, its settings, what it refuses."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from temoin_pfi.plugin import WITHOUT_SITE, Pfi, temoin_sources
from temoin_pfi.settings import ReglagesPfi
from temoin_sdk.contract import LOCALE_ETABLISSEMENT, DepotDmp, Instant, MessageMss
from temoin_sdk.errors import ConnectionRefused, MappingError
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

PERIODE = Fenetre(debut=date(2026, 7, 30), fin=date(2026, 11, 3))
SourceOf = Callable[..., Pfi]


@pytest.fixture
def source_of(tmp_path: Path) -> SourceOf:
    """The source over a folder in which each text is a file."""

    def source(*texts: str, **reglages: object) -> Pfi:
        for number, text in enumerate(texts):
            (tmp_path / f"{number:03}.hl7").write_bytes(text.encode())
        return Pfi(ReglagesPfi.model_validate({"dossier": tmp_path, **reglages}))

    return source


def test_it_supplies_messages_deposits_and_establishments() -> None:
    [classe] = temoin_sources()
    assert classe.relations_fournies() == {Relation.ETABLISSEMENTS, Relation.MESSAGES_MSS, Relation.DEPOTS_DMP}


def test_a_message_counts_once_when_confirmed(hl7: Any, source_of: SourceOf) -> None:
    source = source_of(
        hl7.envoi("M1", vers="ps"),
        hl7.envoi("M2", vers="ps"),
        hl7.envoi("M3", vers="ps"),
        hl7.accuse("M1", "Z02", number="A1"),
        hl7.accuse("M1", "Z02", number="A2"),
        hl7.accuse("M1", "Z02", "N", number="A3"),
        hl7.accuse("M2", "Z02", "N"),
    )
    assert list(source.messages_mss(PERIODE)) == [
        MessageMss("010000024", "2026-09-15T10:30:00+02:00", "professionnel", "M1")
    ]
    assert list(source.depots_dmp(PERIODE)) == []


@pytest.mark.parametrize(
    ("vers", "destinataire"), [("ps", "professionnel"), ("pat", "usager"), ("ps pat", "professionnel")]
)
def test_to_whom_a_message_went(hl7: Any, source_of: SourceOf, vers: str, destinataire: str) -> None:
    [message] = source_of(hl7.envoi(vers=vers), hl7.accuse(event="Z02")).messages_mss(PERIODE)
    assert message.destinataire == destinataire


def test_a_replacement_is_mailed_again_and_a_deletion_is_no_message(hl7: Any, source_of: SourceOf) -> None:
    source = source_of(
        hl7.envoi("M1", type_="MDM^T10", txa="2|1", vers="ps"),
        hl7.envoi("M2", type_="MDM^T04", txa="2", vers="ps"),
        hl7.accuse("M1", "Z02"),
        hl7.accuse("M2", "Z02"),
    )
    assert [message.cle for message in source.messages_mss(PERIODE)] == ["M1"]


def test_a_deposit_is_a_confirmed_document_of_an_usager(hl7: Any, source_of: SourceOf) -> None:
    source = source_of(hl7.envoi("M1"), hl7.envoi("M2", usager="R2"), hl7.accuse("M2"))
    assert list(source.depots_dmp(PERIODE)) == [DepotDmp("010000024", "R2", "2026-09-15T10:30:00+02:00", "M2")]


def test_keys_tell_senders_apart_only_where_they_share_numbers(hl7: Any, source_of: SourceOf) -> None:
    source = source_of(
        hl7.envoi("M1") + hl7.accuse("M1"),
        hl7.envoi("M2") + hl7.accuse("M2"),
        hl7.envoi("M1", usager="R2", emetteur="AUTRE|ESMS") + hl7.accuse("M1", destinataire="AUTRE|ESMS"),
    )
    assert [depot.cle for depot in source.depots_dmp(PERIODE)] == ["DUI^ESMS^M1", "M2", "AUTRE^ESMS^M1"]


def test_what_names_no_establishment_is_the_organism_s_or_shown_as_lost(hl7: Any, source_of: SourceOf) -> None:
    source = source_of(
        hl7.envoi(vers="dmp ps").replace("FINEG", "FINEJ"), hl7.accuse(), hl7.accuse(event="Z02", number="A2")
    )
    assert [message.code for message in source.messages_mss(PERIODE)] == [None]
    assert [depot.code for depot in source.depots_dmp(PERIODE)] == [WITHOUT_SITE]
    assert WITHOUT_SITE not in source.etablissements()


def test_establishments_are_those_of_messages_and_of_settings(hl7: Any, source_of: SourceOf) -> None:
    source = source_of(hl7.envoi(site="2A0000154"), etablissements=["010780054"])
    assert list(source.etablissements()) == ["010780054", "2A0000154"]


def test_an_unreadable_message_refuses_the_count_and_is_named(hl7: Any, source_of: SourceOf) -> None:
    cut = hl7.envoi("M2")[:700]
    source = source_of(hl7.envoi("M1", vers="ps") + cut, "un texte", hl7.accuse("M1", "Z02"))
    with pytest.raises(MappingError) as caught:
        list(source.messages_mss(PERIODE))
    assert caught.value.code == "pfi_illisible"
    assert "000.hl7, message 2 : message coupé" in caught.value.message
    assert "001.hl7, message 1 : du texte hors" in caught.value.message


def test_settings_may_set_unreadable_messages_aside(hl7: Any, source_of: SourceOf) -> None:
    source = source_of("un texte", hl7.envoi("M1", vers="ps"), hl7.accuse("M1", "Z02"), illisibles="ecarter")
    assert len(list(source.messages_mss(PERIODE))) == 1


@pytest.mark.parametrize(
    ("reglages", "code"),
    [({"motif": "*.txt"}, "pfi_dossier_vide"), ({"dossier": "/absent/de/ce/poste"}, "pfi_dossier_absent")],
)
def test_no_file_is_no_zero(hl7: Any, source_of: SourceOf, reglages: dict[str, str], code: str) -> None:
    source = source_of(hl7.envoi(), **reglages)
    with pytest.raises(ConnectionRefused) as caught:
        list(source.etablissements())
    assert (caught.value.code, caught.value.retryable) == (code, False)


def test_files_are_chosen_by_pattern_at_any_depth(hl7: Any, source_of: SourceOf, tmp_path: Path) -> None:
    (tmp_path / "2026" / "09").mkdir(parents=True)
    (tmp_path / "2026" / "09" / "a.hl7").write_text(hl7.envoi("M8", vers="ps") + hl7.accuse("M8", "Z02"))
    (tmp_path / "2026" / "note.txt").write_text("un texte")
    source = source_of(hl7.envoi("M1", vers="ps"), hl7.accuse("M1", "Z02"))
    assert [message.cle for message in source.messages_mss(PERIODE)] == ["M1", "M8"]
    shallow = source_of(motif="*.hl7")
    assert [message.cle for message in shallow.messages_mss(PERIODE)] == ["M1"]


def test_the_space_and_the_zone_are_settings() -> None:
    plain = Pfi.specialised({"dossier": "/srv/pfi"})
    assert (plain.espace_usagers, vars(plain)["dates"]) == ("pfi.usager", Instant(LOCALE_ETABLISSEMENT))
    chosen = Pfi.specialised({"espace_usagers": "netsoin.resident", "fuseau": "Indian/Reunion"})
    assert (chosen.espace_usagers, vars(chosen)["dates"]) == ("netsoin.resident", Instant("Indian/Reunion"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"dossier": "relatif"},
        {"motif": "../*.hl7"},
        {"motif": "/srv/*.hl7"},
        {"motif": ""},
        {"fuseau": "Europe/Nulle"},
        {"fuseau": 3},
        {"identifiant": "nir"},
        {"espace_usagers": ""},
        {"illisibles": "ignorer"},
        {"dosier": "/srv"},
    ],
)
def test_wrong_settings_are_refused_by_the_model_and_not_before(wrong: dict[str, object]) -> None:
    reglages = {"dossier": "/srv/pfi", **wrong}
    assert issubclass(Pfi.specialised(reglages), Pfi)
    with pytest.raises(ValidationError):
        ReglagesPfi.model_validate(reglages)


def test_an_installation_s_own_places_stay_out_of_the_fingerprint() -> None:
    assert set(ReglagesPfi.model_fields) - ReglagesPfi.locaux() == {"identifiant", "fuseau", "illisibles"}
