"""Settings of files: what the guide shows is accepted, what is misspelt is named."""

import re
import tomllib
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from temoin_fichiers.lists import FichiersSource
from temoin_fichiers.totals import TotauxSource
from temoin_sdk.contract.loading import load_plugins
from temoin_sdk.vocabulary import Compte, Relation

EXAMPLES = re.findall(
    r"<!-- exemple -->\n```toml\n(.*?)```", (Path(__file__).parents[1] / "README.md").read_text(), re.DOTALL
)


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_guide_is_accepted(text: str) -> None:
    (table,) = tomllib.loads(text)["sources"]
    catalogue = load_plugins(p for p in entry_points(group="temoin") if p.name == "fichiers")
    assert not catalogue.ecartes
    classe = catalogue.source(table["plugin"]).classe.specialised(table["reglages"])
    reglages = classe.Reglages.model_validate(table["reglages"])
    assert classe.logiciel.nom == "Messagerie Exemple"
    if issubclass(classe, FichiersSource):
        assert classe.relations_fournies() == {Relation.ETABLISSEMENTS, Relation.MESSAGES_MSS}
    else:
        assert reglages.jeux[0].comptes == (Compte.MESSAGES_MSS,)


def test_both_examples_were_found() -> None:
    assert len(EXAMPLES) == 2


def test_the_relations_are_those_of_the_sets(tmp_path: Path) -> None:
    jeux = [{"relation": "sejours"}, {"relation": "identites"}, {"relation": "inconnue"}, "rien", {}]
    classe = FichiersSource.specialised({"jeux": jeux, "espace_usagers": "residia.resident"})
    assert classe.relations_fournies() == {Relation.ETABLISSEMENTS, Relation.SEJOURS, Relation.IDENTITES}
    assert classe.espace_usagers == "residia.resident"
    assert FichiersSource.relations_fournies() == {Relation.ETABLISSEMENTS}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colonnes": {"code": "B"}}, "« date_fait » manque"),
        ({"colonnes": {"code": "B", "date_fait": "D", "usager": "U"}}, "« usager » est inconnu"),
        ({"constantes": {"code": "X"}}, "« code » est à la fois"),
        ({"constantes": {"destinataire": "patient"}}, "« patient » n'est pas un mot du contrat"),
        ({"valeurs": {"destinataire": {"Pro": "professionel"}}}, "« professionel » n'est pas un mot du contrat"),
        ({"valeurs": {"code": {"Pro": "a", "PRO": "b"}}}, "un même mot y est écrit deux fois"),
        ({"garder": {"S": ["Envoyé"]}, "ecarter": {"S": ["envoye"]}}, "à la fois gardé et écarté"),
        ({"motif": "sous/MSS_*"}, "sans dossier"),
        ({"dossier": "exports"}, "chemin relatif"),
        ({"zone": "Europe/Pari"}, "fuseau inconnu"),
        ({"separateur": ":"}, "separateur"),
        ({"relation": "messages"}, "relation"),
        ({"moti": "x"}, "moti"),
    ],
)
def test_a_mistake_in_a_set_is_named(changes: dict[str, Any], said: str, messages: Callable[..., Any]) -> None:
    with pytest.raises(ValidationError, match=said):
        messages(**{"colonnes": {"code": "B", "date_fait": "D"}} | changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colonnes": {"code": "S", "messages_mss": "E"}}, "la période se dit d'une seule façon"),
        ({"colonnes": {"code": "S", "mois": "M", "debut": "D", "messages_mss": "E"}}, "une seule façon"),
        ({"mois_du_nom": "MSS_{annee}-{mois}"}, "une seule façon"),
        ({"colonnes": {"code": "S", "mois": "M"}}, "aucun compte"),
        ({"colonnes": {"mois": "M", "messages_mss": "E"}}, "« code » manque"),
        ({"constantes": {"messages_mss": "3"}}, "messages_mss"),
        ({"colonnes": {"code": "S", "mois": "M", "messages": "E"}}, "« messages » est inconnu"),
        ({"additionner": "oui"}, "additionner"),
    ],
)
def test_a_mistake_in_a_set_of_totals_is_named(
    changes: dict[str, Any], said: str, totals: Callable[..., TotauxSource]
) -> None:
    with pytest.raises(ValidationError, match=said):
        totals(**changes)


def test_no_site_at_all_is_said(make: Callable[..., Any], tmp_path: Path) -> None:
    jeu = {"relation": "messages_mss", "dossier": str(tmp_path), "motif": "*", "colonnes": {"date_fait": "D"}}
    with pytest.raises(ValidationError, match="aucun site"):
        make(FichiersSource, {"jeux": [jeu]})
    assert list(make(FichiersSource, {"jeux": [jeu], "etablissements": ["A"]}).etablissements()) == ["A"]


@pytest.mark.parametrize("classe", [FichiersSource, TotauxSource])
def test_a_set_that_is_refused_is_not_said_to_be_missing(classe: Any, make: Callable[..., Any]) -> None:
    with pytest.raises(ValidationError, match="aucun jeu de fichiers"):
        make(classe, {"jeux": []})
    with pytest.raises(ValidationError) as caught:
        make(classe, {"jeux": [{"dosier": "/srv"}]})
    assert "aucun jeu" not in str(caught.value)
    assert {"jeux"} == {str(error["loc"][0]) for error in caught.value.errors()}
    assert all(len(error["loc"]) > 1 for error in caught.value.errors())
