"""What a report and a receipt may not say: every rule between fields, each broken alone."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from temoin_sdk.errors import ReportError
from temoin_sdk.figures import Figures, SourceLue
from temoin_sdk.report import (
    RACINE_VIDE,
    Anomalie,
    AnomalieConstatee,
    Jugement,
    Rapport,
    Recu,
    Verdict,
    VerdictEtablissement,
    from_octets,
    to_octets,
)
from temoin_sdk.report.models import MAX_ETABLISSEMENTS, MAX_SOURCES
from temoin_sdk.testing.ledger import MemoryLedger
from temoin_sdk.vocabulary import Compte, EtatCompte, Niveau

Change = Callable[[dict[str, Any]], object]


def refusal(rapport: Rapport, change: Change) -> ReportError:
    """What the reader says of the report once `change` was made to its JSON, spelt correctly."""
    members = json.loads(to_octets(rapport))
    change(members)
    data = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(ReportError) as caught:
        from_octets(Rapport, data)
    return caught.value


def given(members: dict[str, Any]) -> None:
    """One more source, of ready-made counts."""
    (source,) = members["sources"]
    members["sources"].append(source | {"niveau": "comptes", "source": "un tableur"})
    members["sources"].sort(key=lambda s: s["source"])


def first(members: dict[str, Any]) -> dict[str, Any]:
    site: dict[str, Any] = members["etablissements"][0]
    return site


def set_compte(compte: str, number: int) -> Change:
    return lambda members: first(members)["comptes"].update({compte: number})


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        pytest.param(lambda r: r.update(numero=2), "précédent", id="second without a previous one"),
        pytest.param(lambda r: r.update(precedent="aa" * 32), "précédent", id="first with a previous one"),
        pytest.param(lambda r: r.update(version=2), "correction", id="correction of nothing"),
        pytest.param(lambda r: r.update(remplace="aa" * 32), "correction", id="original that replaces"),
        pytest.param(lambda r: r.update(motif="autre"), "correction", id="original with a reason to correct"),
        pytest.param(
            lambda r: r.update(version=2, remplace="aa" * 32), "correction", id="correction without its reason"
        ),
        pytest.param(lambda r: r["etablissements"].reverse(), "dans l'ordre", id="establishments out of order"),
        pytest.param(
            lambda r: r["etablissements"].append(r["etablissements"][1]), "une seule fois", id="establishment twice"
        ),
        pytest.param(lambda r: r["ecartes"].append(r["ecartes"][0]), "une seule fois", id="set aside twice"),
        pytest.param(
            lambda r: r["ecartes"][0].update(finess="2A0000154"), "compté et écarté", id="counted and set aside"
        ),
        pytest.param(lambda r: r.update(etablissements=[], ecartes=[]), "aucun établissement", id="about nobody"),
        pytest.param(
            lambda r: r["sources"].append(r["sources"][0] | {"source": "agenda"}), "sources", id="sources out of order"
        ),
        pytest.param(
            lambda r: r["sources"].append(r["sources"][0] | {"empreinte_requetes": "00" * 32}),
            "sources",
            id="two sources of one name out of order",
        ),
        pytest.param(lambda r: r["sources"][0]["relations"].reverse(), "dans l'ordre", id="relations out of order"),
        pytest.param(lambda r: r["og"].update(racine_jours=RACINE_VIDE), "racine vide", id="og leaves, empty root"),
        pytest.param(lambda r: first(r).update(feuilles=99), "une par personne", id="a leaf missing"),
        pytest.param(
            lambda r: first(r).update(feuilles=0, racine=RACINE_VIDE), "une par personne", id="persons without leaves"
        ),
        pytest.param(lambda r: first(r).update(racine=RACINE_VIDE), "racine vide", id="leaves, empty root"),
        pytest.param(lambda r: first(r).update(feuilles_jours=0), "racine vide", id="no day leaf, some root"),
        pytest.param(lambda r: first(r).update(exclus={}), "exclus", id="exclusions without a reason"),
        pytest.param(lambda r: first(r)["exclus"].update(autre=1), "exclus", id="a reason too many"),
        pytest.param(lambda r: first(r)["exclus"].update(sejour_bref=0), "au moins 1", id="reason of nobody"),
        pytest.param(lambda r: first(r)["exclus"].update(dupont=1), "exclus", id="unknown reason"),
        pytest.param(
            lambda r: first(r).update(messages_mss_professionnels=51), "répartition", id="more parts than messages"
        ),
        pytest.param(lambda r: first(r)["drapeaux"].reverse(), "triés", id="flags out of order"),
        pytest.param(lambda r: first(r)["comptes"].pop("messages_mss"), "dix comptes", id="a count missing"),
        pytest.param(set_compte("prescriptions_importees", 0), "fourni", id="zero for not supplied"),
        pytest.param(lambda r: r.update(calcule_le="2026-02-30T00:00:00Z"), "calcule_le", id="a day that is not"),
        pytest.param(lambda r: r.update(calcule_le="2026-11-22T07:30:15+01:00"), "calcule_le", id="not utc"),
        pytest.param(lambda r: r.update(calcule_le="2026-11-22T06:30:15.5Z"), "calcule_le", id="parts of a second"),
        pytest.param(lambda r: r.update(destinataire="ars exemple"), "destinataire", id="origin with a space"),
        pytest.param(lambda r: r.update(ej="01000002"), "FINESS", id="eight digits"),
        pytest.param(
            lambda r: r.update(installation="6F1C2A9E-58B0-4D0E-9A63-0B6A1F1F2C77"), "installation", id="uuid"
        ),
        pytest.param(lambda r: r.update(engagement_cle="EE" * 32), "engagement_cle", id="upper-case digest"),
        pytest.param(lambda r: r.update(format=2), "format", id="another format"),
        pytest.param(lambda r: r.update(contrat=2), "contrat", id="another contract"),
        pytest.param(lambda r: r.update(mesure="autre"), "mesure", id="unknown kind of measure"),
        pytest.param(lambda r: r["fenetre"].update(fin="2026-08-01"), "avant sa fin", id="empty window"),
        pytest.param(lambda r: first(r)["indicateurs"][1].update(taux="90"), "taux", id="rate without decimals"),
        pytest.param(lambda r: first(r)["indicateurs"][1].update(taux=90), "taux", id="rate as a number"),
        pytest.param(lambda r: first(r).update(fuseau="paris"), "fuseau", id="zone of no list"),
    ],
)
def test_each_contradiction_is_refused(rapport: Rapport, change: Change, phrase: str) -> None:
    error = refusal(rapport, change)
    assert error.code == "forme"
    assert phrase in error.message


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.update(nom="Dupont"),
        lambda r: r["fenetre"].update(jours=92),
        lambda r: first(r).update(directrice="Dupont"),
        lambda r: r["og"].update(nom="Dupont"),
    ],
)
def test_no_member_of_one_s_own(rapport: Rapport, change: Change) -> None:
    assert refusal(rapport, change).code == "membre_inconnu"


@pytest.mark.parametrize("number", [-1, 2**53])
def test_a_count_is_never_negative_nor_too_large_to_be_exact(rapport: Rapport, number: int) -> None:
    assert refusal(rapport, set_compte("echanges_eparcours", number)).code == "octets_nombre"


def test_ready_made_persons_have_no_leaves(
    rapport_of: Callable[..., Rapport], figures_of: Callable[..., Figures], source: SourceLue
) -> None:
    sources = (source.model_copy(update={"niveau": Niveau.COMPTES}),)
    niveaux = {compte: Niveau.COMPTES for compte in Compte if compte is not Compte.PRESCRIPTIONS_IMPORTEES}
    plain = figures_of(niveaux=niveaux, feuilles=0, racine=RACINE_VIDE, exclus={})
    assert rapport_of(figures=(plain,), sources=sources).etablissements[0].feuilles == 0
    with pytest.raises(ReportError, match="forme"):
        rapport_of(figures=(figures_of(niveaux=niveaux),), sources=sources)


def test_an_establishment_with_nobody_has_empty_trees(
    rapport_of: Callable[..., Rapport], figures_of: Callable[..., Figures]
) -> None:
    nobody = figures_of(
        comptes=dict.fromkeys(Compte, 0),
        exclus={},
        messages_mss_professionnels=0,
        messages_mss_usagers=0,
        feuilles_jours=0,
        racine_jours=RACINE_VIDE,
    )
    assert rapport_of(figures=(nobody,)).etablissements[0].racine == RACINE_VIDE


def site_without(compte: Compte, **members: Any) -> Change:
    """Take one count of the first establishment away, and set other members to fit or not to."""

    def change(report: dict[str, Any]) -> None:
        site = first(report)
        site["comptes"][compte] = None
        site["etats"][compte] = EtatCompte.NON_FOURNI.value
        del site["niveaux"][compte]
        site.update(members)

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda r: r.update(og=None), id="no count of the whole"),
        pytest.param(lambda r: r.update(ecartes=[]), id="nobody set aside"),
        pytest.param(lambda r: r.update(etablissements=[]), id="all set aside"),
        pytest.param(lambda r: r.update(sources=[], etablissements=[]), id="no source could be read"),
        pytest.param(lambda r: r.update(numero=2, precedent="aa" * 32), id="second of the chain"),
        pytest.param(lambda r: r.update(version=2, remplace="aa" * 32, motif="autre"), id="correction"),
        pytest.param(site_without(Compte.PERSONNES_ELIGIBLES, exclus={}), id="éligibles not supplied"),
        pytest.param(
            site_without(Compte.PERSONNES_ACCOMPAGNEES, exclus={}, feuilles=0, racine=RACINE_VIDE),
            id="accompagnées not supplied",
        ),
        pytest.param(
            site_without(Compte.MESSAGES_MSS, messages_mss_professionnels=None, messages_mss_usagers=None),
            id="messages not supplied",
        ),
        pytest.param(lambda r: first(r).update(messages_mss_usagers=None), id="one part unknown"),
        pytest.param(lambda r: first(r).update(messages_mss_usagers=30), id="parts that make the whole"),
        pytest.param(
            lambda r: (given(r), first(r)["niveaux"].update(personnes_eligibles="comptes")),
            id="reasons of a given count",
        ),
        pytest.param(
            lambda r: (
                given(r),
                first(r)["niveaux"].update(personnes_eligibles="comptes"),
                first(r).update(exclus={}),
            ),
            id="a given count without reasons",
        ),
    ],
)
def test_what_may_happen_is_accepted(rapport: Rapport, change: Change) -> None:
    members = json.loads(to_octets(rapport))
    change(members)
    data = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert to_octets(from_octets(Rapport, data)) == data


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        pytest.param(lambda r: r.update(sources=[]), "aucune source n'est au niveau", id="facts of no source"),
        pytest.param(
            lambda r: [s.update(niveau="declare") for s in r["sources"]], "aucune source", id="facts of a declaration"
        ),
        pytest.param(
            lambda r: first(r).update(feuilles_jours=0, racine_jours=RACINE_VIDE),
            "feuille de jour",
            id="no day",
        ),
        pytest.param(lambda r: first(r).update(feuilles_jours=92 * 7 + 1), "plus de feuilles", id="too many"),
        pytest.param(lambda r: r.update(calcule_le="9999-12-31T23:59:59Z"), "siècle", id="another century"),
        pytest.param(lambda r: r["sources"][0].update(logiciel="DUI  fictif"), "forme", id="two spaces"),
        pytest.param(lambda r: r["sources"][0].update(logiciel="1310375116001"), "dix chiffres", id="a long number"),
        pytest.param(site_without(Compte.PERSONNES_ELIGIBLES), "exclus", id="reasons without éligibles"),
        pytest.param(
            site_without(Compte.PERSONNES_ACCOMPAGNEES, feuilles=0, racine=RACINE_VIDE),
            "exclus",
            id="reasons without accompagnées",
        ),
        pytest.param(site_without(Compte.PERSONNES_ACCOMPAGNEES, exclus={}), "une par personne", id="leaves of nobody"),
        pytest.param(
            site_without(Compte.MESSAGES_MSS, messages_mss_usagers=None), "répartition", id="one part of no messages"
        ),
        pytest.param(
            lambda r: (first(r)["niveaux"].update(personnes_eligibles="comptes"), first(r).update(exclus={"autre": 1})),
            "exclus",
            id="a given count with other reasons",
        ),
    ],
)
def test_what_needs_a_count_goes_with_it(rapport: Rapport, change: Change, phrase: str) -> None:
    assert phrase in refusal(rapport, change).message


def test_lists_are_bounded(rapport: Rapport) -> None:
    assert refusal(rapport, lambda r: r.update(sources=r["sources"] * (MAX_SOURCES + 1))).code == "forme"
    assert refusal(rapport, lambda r: r.update(ecartes=r["ecartes"] * (MAX_ETABLISSEMENTS + 1))).code == "forme"


RECU = MemoryLedger("essai.ars.exemple/2026").receipt(
    Jugement(
        verdicts=(
            VerdictEtablissement(finess="010780054", verdict=Verdict.ADMIS, anomalies=(Anomalie.SECTEUR_DIFFERENT,)),
            VerdictEtablissement(finess="2A0000154", verdict=Verdict.EN_ATTENTE, anomalies=(Anomalie.ESSMS_INCONNU,)),
        ),
        anomalies=(
            AnomalieConstatee(code=Anomalie.RUPTURE_DE_CHAINE, finess=None),
            AnomalieConstatee(code=Anomalie.ESSMS_ABSENT, finess="970400024"),
        ),
    ),
    empreinte_rapport="aa" * 32,
    empreinte_jws="bb" * 32,
    kid="k" * 43,
    ej="010000024",
    installation="6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a01",
)


def test_a_receipt_reads_back_from_its_bytes() -> None:
    assert from_octets(Recu, to_octets(RECU)) == RECU


@pytest.mark.parametrize(
    ("changed", "phrase"),
    [
        ({"reception": 0}, "reception"),
        ({"verdicts": RECU.verdicts[::-1]}, "verdicts"),
        ({"verdicts": (RECU.verdicts[0], RECU.verdicts[0])}, "verdicts"),
        ({"anomalies": RECU.anomalies[::-1]}, "anomalies"),
        ({"anomalies": (AnomalieConstatee(code=Anomalie.ESSMS_ABSENT, finess="010780054"),)}, "dans son verdict"),
        ({"kid": "a"}, "kid"),
        ({"recu_le": "2026-11-22"}, "recu_le"),
        ({"registre": RECU.registre.model_dump() | {"rang": 1}}, "le rang, la taille et la racine"),
        ({"registre": RECU.registre.model_dump() | {"racine": "0" * 64}}, "le rang, la taille et la racine"),
        ({"registre": RECU.registre.model_dump() | {"preuve": "rien"}}, "preuve d'inclusion"),
    ],
)
def test_a_receipt_that_contradicts_itself_is_refused(changed: dict[str, Any], phrase: str) -> None:
    with pytest.raises(ValidationError, match=phrase):
        Recu(**{name: getattr(RECU, name) for name in Recu.model_fields} | changed)


def test_anomalies_of_an_establishment_are_written_in_order() -> None:
    with pytest.raises(ValidationError, match="dans l'ordre"):
        VerdictEtablissement(
            finess="010780054",
            verdict=Verdict.ADMIS,
            anomalies=(Anomalie.SECTEUR_DIFFERENT, Anomalie.FUSEAU_DIFFERENT),
        )


def test_a_declared_figure_rests_on_a_document(rapport: Rapport) -> None:
    members = json.loads(to_octets(rapport))
    compte = "messages_mss"
    members["sources"].append({**members["sources"][-1], "source": "zz-saisie", "niveau": "declare", "preuve": None})
    for site in members["etablissements"]:
        if compte in site["niveaux"]:
            site["niveaux"][compte] = "declare"
    with pytest.raises(ValueError, match="aucune source n'est au niveau « declare »"):
        Rapport.model_validate_json(json.dumps(members))
    members["sources"][-1]["preuve"] = "ab" * 32
    assert Rapport.model_validate_json(json.dumps(members)).sources[-1].preuve == "ab" * 32
