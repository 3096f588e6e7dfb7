"""Both plugins, counted by Témoin over real HTTP, give what a careful person counts by hand on the server's rows."""

from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from temoin_api_sample.donnees import SITES, Donnees
from temoin_api_sample.serveur import CLE, CLIENT_ID, CLIENT_SECRET, Serveur
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.vocabulary import Drapeau
from temoin_sdk.windows import Fenetre

QUARTER = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
LAST_DAY = Fenetre(debut=date(2026, 10, 31), fin=date(2026, 11, 1))
LIMPIDE = {"S-01": "010780054", "S-02": "970400024", "S-03": "2A0000154", "S-04": "010780054"}
CARNET = {"12": "970100400", "15": "2B0000020"}


def counted(serveur: Serveur, dossier: Path, fenetre: Fenetre, *plugins: str) -> Resultat:
    sources = {
        "limpide": (
            LIMPIDE,
            {"url": f"{serveur.url}/limpide/v2", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET},
        ),
        "vieux_carnet": (CARNET, {"url": f"{serveur.url}/carnet", "cle": CLE}),
    }
    asked = {name: sources[name] for name in plugins}
    zones = {finess: SITES.get(site, "Europe/Paris") for sites, _ in asked.values() for site, finess in sites.items()}
    return count(
        Demande(
            fenetre=fenetre,
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="essai-api",
            etablissements=tuple(EtablissementDemande(finess=f, fuseau=z) for f, z in sorted(zones.items())),
            fuseau_og="Europe/Paris",
            sources=tuple(
                SourceDemande(nom=name, plugin=name, reglages=reglages, sites=sites)
                for name, (sites, reglages) in asked.items()
            ),
            cle_pseudonyme=bytes(32),
            cle_site=bytes(range(32)),
            dossier=dossier,
        )
    )


def numbers(resultat: Resultat) -> dict[str, dict[str, int]]:
    return {f.finess: {c.value: n for c, n in f.comptes.items() if n is not None} for f in resultat.etablissements}


@pytest.mark.parametrize("fenetre", [QUARTER, LAST_DAY], ids=["quarter", "last day"])
def test_limpide(serveur: Serveur, donnees: Donnees, by_hand: ModuleType, tmp_path: Path, fenetre: Fenetre) -> None:
    resultat = counted(serveur, tmp_path, fenetre, "limpide")
    assert (resultat.erreurs, resultat.ecartes) == ((), ())
    houses: dict[str, set[str]] = {}
    for site, finess in LIMPIDE.items():
        houses.setdefault(finess, set()).add(site)
    expected = {
        finess: by_hand.count_limpide(donnees.limpide, sites, SITES[min(sites)], fenetre.debut, fenetre.fin)
        for finess, sites in houses.items()
    }
    assert numbers(resultat) == expected
    assert expected["2A0000154"] == dict.fromkeys(expected["2A0000154"], 0) | {
        "messages_mss": expected["2A0000154"]["messages_mss"]
    }
    if fenetre == QUARTER:
        assert all(number > 5 for number in expected["010780054"].values())
        assert resultat.og is not None
        assert resultat.avertissements == ()


@pytest.mark.parametrize("fenetre", [QUARTER, LAST_DAY], ids=["quarter", "last day"])
def test_vieux_carnet(
    serveur: Serveur, donnees: Donnees, by_hand: ModuleType, tmp_path: Path, fenetre: Fenetre
) -> None:
    resultat = counted(serveur, tmp_path, fenetre, "vieux_carnet")
    assert (resultat.erreurs, resultat.ecartes) == ((), ())
    found = numbers(resultat)
    for structure, finess in CARNET.items():
        assert found[finess] == by_hand.count_carnet(donnees.carnet, structure, fenetre.debut, fenetre.fin)
    if fenetre == QUARTER:
        assert min(found["970100400"].values()) > 5
    for figures in resultat.etablissements:
        assert {Drapeau.AUTEUR_INCONNU, Drapeau.ETAT_COURANT_SEUL} <= set(figures.drapeaux)


def test_both_in_one_run(serveur: Serveur, tmp_path: Path) -> None:
    resultat = counted(serveur, tmp_path, QUARTER, "limpide", "vieux_carnet")
    assert len(resultat.etablissements) == 5
    assert {s.source: s.logiciel for s in resultat.sources} == {"limpide": "Limpide", "vieux_carnet": "Vieux Carnet"}


def test_long_lists_came_in_pages_and_only_what_the_window_needs(serveur: Serveur, tmp_path: Path) -> None:
    counted(serveur, tmp_path, QUARTER, "limpide", "vieux_carnet")
    notes = [each.params for each in serveur.asked if each.chemin.endswith("/transmissions")]
    assert [each["page"] for each in notes] == ["1", "2", "3"]
    assert {(each["from"], each["to"]) for each in notes} == {
        ("2026-07-30T00:00:00+00:00", "2026-11-03T00:00:00+00:00")
    }
    ecritures = [each.params for each in serveur.asked if each.params.get("objet") == "ecritures"]
    assert [(each["du"], each["depart"]) for each in ecritures][:2] == [("30/07/2026", "0"), ("01/08/2026", "0")]
    assert len({each["du"] for each in ecritures}) == 5
    assert not any(each.chemin.endswith("/presences") for each in serveur.asked)


def spoken(donnees: Donnees, **module: Any) -> Donnees:
    return Donnees(donnees.limpide | module, donnees.carnet)


def test_a_word_of_next_years_version_is_named_and_not_guessed(donnees: Donnees, tmp_path: Path) -> None:
    visits: list[dict[str, Any]] = [
        row | ({"status": "MOVED"} if row["id"] % 9 == 0 else {}) for row in donnees.limpide["appointments"]
    ]
    with Serveur(spoken(donnees, appointments=visits)) as serveur:
        resultat = counted(serveur, tmp_path, QUARTER, "limpide")
    assert "evenements ont un statut d'événement inconnu" in " ".join(each.message for each in resultat.avertissements)


def test_a_field_that_went_away_is_named_by_its_path_and_module(donnees: Donnees, tmp_path: Path) -> None:
    notes = [{k: v for k, v in row.items() if k != "author"} for row in donnees.limpide["transmissions"]]
    with Serveur(spoken(donnees, transmissions=notes)) as serveur, pytest.raises(Exception, match="manque") as caught:
        counted(serveur, tmp_path, QUARTER, "limpide")
    assert "« author.type » manque" in str(caught.value)
    assert str(caught.value.ou).endswith("/limpide/v2/transmissions")  # type: ignore[attr-defined] # a TemoinError
