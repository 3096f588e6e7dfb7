"""Stays from a DUI's TDDUI exports, deposits from its platform's messages: two plugins that meet by the INS alone."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract import CleIns
from temoin_sdk.contract.loading import load_plugins
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.errors import MappingError
from temoin_sdk.figures import Figures
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

UN, DEUX = "010780054", "2A0000154"
INS = {1: "190017512345655", 2: "285022A12345617", 3: "147720425367430"}
CLE = CleIns.derivee(b"s" * 32).octets
SYSTEM = "https://identifiant-medicosocial-{}.esante.gouv.fr"


def patient(number: int, finess: str, ins: str | None, oid: str = "1.2.250.1.213.1.4.8") -> dict[str, Any]:
    named = [{"system": f"urn:oid:{oid}", "value": ins}] if ins else []
    local = {"system": SYSTEM.format("localusager"), "value": f"3{finess}/{number}"}
    return {"resourceType": "Patient", "id": f"p{finess}-{number}", "identifier": [*named, local]}


def stay(number: int, finess: str) -> Iterator[dict[str, Any]]:
    yield {
        "resourceType": "Encounter",
        "id": f"s{finess}-{number}",
        "identifier": [{"system": SYSTEM.format("sejour"), "value": f"3{finess}/{number}-SEJOUR-1"}],
        "meta": {
            "profile": ["https://interop.esante.gouv.fr/ig/fhir/tddui/StructureDefinition/tddui-encounter-sejour"]
        },
        "status": "in-progress",
        "subject": {"reference": f"Patient/p{finess}-{number}"},
        "serviceProvider": {"reference": f"Organization/o{finess}"},
        "period": {"start": "2026-01-10"},
    }


def organization(finess: str) -> dict[str, Any]:
    identifier = {"system": "urn:oid:1.2.250.1.71.4.2.2", "value": f"1{finess}"}
    return {"resourceType": "Organization", "id": f"o{finess}", "identifier": [identifier]}


def export(folder: Path, *persons: tuple[int, str, str | None], oid: str = "1.2.250.1.213.1.4.8") -> None:
    """One complete export of these (number, establishment, INS)."""
    resources = [organization(finess) for finess in (UN, DEUX)]
    for number, finess, ins in persons:
        resources += [patient(number, finess, ins, oid), *stay(number, finess)]
    entries = [
        {"fullUrl": f"https://dui.example/{r['resourceType']}/{r['id']}", "resource": r, "request": {"method": "POST"}}
        for r in resources
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "timestamp": "2026-10-05T03:00:00+02:00"}
    (folder / "export.json").write_text(json.dumps(bundle | {"entry": entries}))


def deposit(folder: Path, number: str, ins: str, finess: str = UN, local: str = "L9") -> None:
    """A message to the DMP and the platform's answer."""
    header = "MSH|^~\\&|{}|{}||{}||{}|{}|P|2.5"
    moment = "20260915103000+0200"
    sender = "Organisation-X^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^"
    sent = [
        header.format("DUI", "ESMS|PFI|OG", moment, "MDM^T02^MDM_T02", number).replace("||2026", "|2026"),
        f"PID|||{ins}^^^INS&1.2.250.1.213.1.4.8&ISO^INS~{local}^^^DUI&1.2.3&ISO^PI",
        "OBX|1|ED|11502-2||^TEXT^XML^Base64^QQ==||||||F|",
        f"PRT||UC||SB^Send by^participation||||{sender}{finess}",
        "OBX|2|CE|DESTDMP^Destinataire^MetaDMPMSS||Y^^expandedYes-NoIndicator||||||F|",
    ]
    answer = [
        header.format("PFI", "OG|DUI|ESMS", moment, "ZAM^Z01^ZAM_Z01", f"A{number}").replace("||2026", "|2026"),
        f"OBX|1|CWE|ACK_RECEPTION_DMP^Accuse^AckMetierZAM|{number}|Y^^expandedYes-NoIndicator||||||F",
    ]
    (folder / f"{number}.hl7").write_text("\r".join(sent) + "\r" + "\r".join(answer) + "\r")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("exports", "messages", "preuves"):
        (tmp_path / name).mkdir()
    return tmp_path


def counted(folder: Path, cle_ins: bytes | None = CLE, **pfi: str) -> Resultat:
    """Both installed plugins, composed as a configuration does."""
    sites = {UN: UN, DEUX: DEUX}
    tddui = {"depot": str(folder / "depot"), "exports": str(folder / "exports")}
    messages = {"dossier": str(folder / "messages"), "identifiant": "ins", "etablissements": [UN, DEUX], **pfi}
    return count(
        Demande(
            fenetre=Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1)),
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="essai",
            etablissements=tuple(EtablissementDemande(finess=f, fuseau="Europe/Paris") for f in sites),
            fuseau_og="Europe/Paris",
            sources=(
                SourceDemande(nom="exports", plugin="tddui", reglages=tddui, sites=sites),
                SourceDemande(nom="plateforme", plugin="pfi", reglages=messages, sites=sites),
            ),
            cle_pseudonyme=b"p" * 32,
            cle_site=b"s" * 32,
            cle_ins=cle_ins,
            dossier=folder / "preuves",
        ),
        load_plugins(),
    )


def dmp(figures: Figures) -> tuple[int | None, int | None, int | None]:
    """Persons, persons whose DMP was fed, documents."""
    comptes = figures.comptes
    return comptes[Compte.PERSONNES_ACCOMPAGNEES], comptes[Compte.DMP_ALIMENTES], comptes[Compte.DOCUMENTS_DMP]


def test_deposits_of_a_platform_feed_the_persons_of_tddui_exports(folder: Path) -> None:
    export(folder / "exports", (1, UN, INS[1]), (2, UN, INS[2]), (3, UN, None), (1, DEUX, INS[1]))
    deposit(folder / "messages", "M1", INS[1])
    deposit(folder / "messages", "M2", INS[1])
    deposit(folder / "messages", "M3", INS[1][:13], DEUX)
    resultat = counted(folder)
    assert resultat.erreurs == ()
    un, deux = resultat.etablissements
    assert dmp(un) == (3, 1, 2)
    assert dmp(deux) == (1, 1, 1)
    assert [one.espace_usagers for one in resultat.sources] == ["tddui.usager", "temoin.ins"]
    assert max(one.fusions for one in resultat.sources) > 0


def test_no_ins_is_in_clear_on_the_disk(folder: Path) -> None:
    export(folder / "exports", *((number, UN, ins) for number, ins in INS.items()))
    for number, ins in INS.items():
        deposit(folder / "messages", f"M{number}", ins)
    assert dmp(counted(folder).etablissements[0]) == (3, 3, 3)
    written = [path for kind in ("depot", "preuves") for path in (folder / kind).rglob("*") if path.is_file()]
    assert written
    for path in written:
        assert not [ins for ins in INS.values() if ins[:13].encode() in path.read_bytes()], path


def test_another_site_meets_after_it_read_the_exports_again(folder: Path) -> None:
    """Another key of the site makes other hashes: those of the former one go, the exports give the new ones."""
    export(folder / "exports", (1, UN, INS[1]), (1, DEUX, None))
    deposit(folder / "messages", "M1", INS[1])
    assert dmp(counted(folder).etablissements[0]) == (1, 1, 1)
    assert dmp(counted(folder, cle_ins=CleIns.derivee(b"t" * 32).octets).etablissements[0]) == (1, 1, 1)


def test_a_key_of_one_run_alone_changes_nothing_of_the_store(folder: Path) -> None:
    """`temoin compute` where there is no key of the site yet: what was joined stays so for the runs to come."""
    export(folder / "exports", (1, UN, INS[1]), (1, DEUX, None))
    deposit(folder / "messages", "M1", INS[1])
    assert dmp(counted(folder).etablissements[0]) == (1, 1, 1)
    (folder / "exports" / "export.json").unlink()
    assert dmp(counted(folder, cle_ins=None).etablissements[0]) == (1, 0, 1)
    assert dmp(counted(folder).etablissements[0]) == (1, 1, 1)


def test_one_ins_of_two_persons_of_one_establishment_is_nobodys(folder: Path) -> None:
    """The INS of a parent written for a child: to take both for one would lower the denominator."""
    export(folder / "exports", (1, UN, INS[1]), (2, UN, INS[1]), (3, UN, INS[3]), (1, DEUX, None))
    deposit(folder / "messages", "M1", INS[1])
    deposit(folder / "messages", "M3", INS[3])
    assert dmp(counted(folder).etablissements[0]) == (3, 1, 2)


def test_test_identities_meet_nobody(folder: Path) -> None:
    every = {number: f"19001751234{number:02}" for number in range(10)}
    persons = [(number, UN, ins) for number, ins in every.items()]
    export(folder / "exports", *persons, (1, DEUX, None), oid="1.2.250.1.213.1.4.10")
    for number, ins in every.items():
        deposit(folder / "messages", f"M{number}", ins)
    with pytest.raises(MappingError) as refused:
        counted(folder)
    assert refused.value.code == "personnes_sans_sejour"


def test_a_platform_that_gives_local_identifiers_is_still_refused(folder: Path) -> None:
    export(folder / "exports", (1, UN, INS[1]), (1, DEUX, None))
    deposit(folder / "messages", "M1", INS[1])
    with pytest.raises(MappingError) as refused:
        counted(folder, identifiant="ipp")
    assert refused.value.code == "espaces_disjoints"
    assert "INS" in refused.value.remede
