"""What a mapping asks of its clients: declared settings are checked, referred to as parameters, and never pasted."""

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from temoin_sdk import Logiciel, Reglages, ReglagesSql, SqlSource, sql
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.contract.natures import Jour
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.errors import MappingError
from temoin_sdk.gathering.from_sql import fingerprint_queries
from temoin_sdk.mapping import FichierMapping, build_source
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

FINESS = "010780054"

SCHEMA = """
CREATE TABLE sejour (personne INTEGER, entree TEXT);
INSERT INTO sejour VALUES (1, '2026-01-01'), (2, '2026-01-01'), (3, '2026-01-01'), (4, '2026-01-01');
CREATE TABLE note (personne INTEGER, quand TEXT, service TEXT, essai INTEGER, numero INTEGER);
INSERT INTO note VALUES (1, '2026-09-01', 'NUIT', 0, 7), (2, '2026-09-01', 'O''JOUR', 0, 7),
    (3, '2026-09-01', 'NUIT', 1, 8), (4, '2026-10-01', 'NUIT', 0, 9);
"""


def declare(where: str = "1 = 1", **reglages: dict[str, Any]) -> FichierMapping:
    return FichierMapping.model_validate_json(
        FichierMapping.model_construct(  # written as JSON, which is what strict reading admits
            format=1,
            nom="essai",
            version="1.0",
            moteurs=["sqlite"],
            espace_usagers="essai.personne",
            zone=None,
            ne_sait_pas=[],
            logiciel={"nom": "DUI fictif", "version": "1"},
            relations={
                "etablissements": {"sql": "SELECT 'A' AS code"},
                "sejours": {"sql": "SELECT 'A' AS code, personne AS usager, entree FROM sejour", "dates": "jour"},
                "mises_a_jour": {
                    "sql": f"SELECT 'A' AS code, personne AS usager, quand AS date_fait FROM note WHERE {where}",
                    "dates": "jour",
                },
            },
            reglages={name: {"description": "Un réglage."} | each for name, each in reglages.items()},
        ).model_dump_json(warnings=False)
    )


@pytest.fixture
def base(tmp_path: Path) -> dict[str, Any]:
    connection = sqlite3.connect(tmp_path / "dui.db")
    connection.executescript(SCHEMA)
    connection.close()
    return {"url": f"sqlite:///{tmp_path / 'dui.db'}", "fichier": str(tmp_path / "essai.toml")}


def counted(source: type[SqlSource], tmp_path: Path, reglages: dict[str, Any]) -> Resultat:
    dossier = tmp_path / "preuves"
    dossier.mkdir(exist_ok=True)
    return count(
        Demande(
            fenetre=Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1)),
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="projet-essai",
            etablissements=(EtablissementDemande(finess=FINESS, fuseau="Europe/Paris"),),
            fuseau_og="Europe/Paris",
            sources=(SourceDemande(nom="dui", plugin="essai", reglages=reglages, sites={"A": FINESS}),),
            cle_pseudonyme=b"k" * 32,
            cle_site=b"s" * 32,
            dossier=dossier,
        ),
        Catalogue({"essai": FoundSource(source, "temoin-essai", "1.0")}, {}),
    )


def actifs(mapping: FichierMapping, tmp_path: Path, reglages: dict[str, Any]) -> int | None:
    (figures,) = counted(build_source(mapping), tmp_path, reglages).etablissements
    return figures.comptes[Compte.DOSSIERS_ACTIFS]


@pytest.mark.parametrize(
    ("where", "declared", "given", "expected"),
    [
        ("service = :reglage_x", {"type": "texte"}, "NUIT", 3),
        ("service = :reglage_x", {"type": "texte"}, "O'JOUR", 1),
        ("service = :reglage_x", {"type": "texte"}, "' OR '1' = '1", 0),
        ("service = :reglage_x", {"type": "secret"}, "NUIT", 3),
        ("service = :reglage_x", {"type": "choix", "choix": ["NUIT", "SOIR"]}, "NUIT", 3),
        ("service = :reglage_x", {"type": "choix", "choix": ["NUIT", "SOIR"], "defaut": "NUIT"}, None, 3),
        ("numero <= :reglage_x", {"type": "entier"}, 8, 3),
        ("essai = :reglage_x", {"type": "booleen"}, True, 1),
        ("essai = :reglage_x", {"type": "booleen", "defaut": False}, None, 3),
        ("quand >= :reglage_x", {"type": "date"}, date(2026, 10, 1), 1),
        ("quand >= :reglage_x", {"type": "date", "defaut": "2026-10-01"}, None, 1),
        (":reglage_x IS NULL OR service = :reglage_x", {"type": "texte", "obligatoire": False}, None, 4),
        (":reglage_x IS NULL OR service = :reglage_x", {"type": "texte", "obligatoire": False}, "NUIT", 3),
    ],
)
def test_a_setting_is_a_parameter_of_the_query(
    tmp_path: Path, base: dict[str, Any], where: str, declared: dict[str, Any], given: object, expected: int
) -> None:
    reglages = base if given is None else base | {"x": given}
    assert actifs(declare(where, x=declared), tmp_path, reglages) == expected


@pytest.mark.parametrize(
    ("declared", "given"),
    [
        ({"type": "texte"}, 3),
        ({"type": "entier"}, "3"),
        ({"type": "entier"}, True),
        ({"type": "booleen"}, 1),
        ({"type": "date"}, "2026-10-01"),
        ({"type": "choix", "choix": ["a", "b"]}, "c"),
        ({"type": "texte"}, None),
    ],
)
def test_a_value_of_another_type_is_refused(base: dict[str, Any], declared: dict[str, Any], given: object) -> None:
    model = build_source(declare(x=declared)).Reglages
    with pytest.raises(ValidationError):
        model.model_validate(base if given is None else base | {"x": given})


def test_an_address_of_another_engine_is_refused_by_name(base: dict[str, Any]) -> None:
    model = build_source(declare()).Reglages
    model.model_validate(base)
    with pytest.raises(ValidationError, match="écrit pour sqlite"):
        model.model_validate(base | {"url": "postgresql+psycopg://temoin@serveur/dui"})


def test_a_secret_is_in_no_text_and_in_no_fingerprint(base: dict[str, Any]) -> None:
    source = build_source(declare("service = :reglage_x", x={"type": "secret"}))
    prints = set()
    for value in ("premier-secret", "second-secret"):
        reglages = source.Reglages.model_validate(base | {"x": value})
        assert isinstance(reglages, Reglages)
        assert value not in repr(reglages)
        prints.add(fingerprint_queries(source(reglages)))
    assert len(prints) == 1


def test_clients_of_one_editor_share_a_fingerprint_until_a_setting_changes_what_is_counted(
    base: dict[str, Any], tmp_path: Path
) -> None:
    source = build_source(declare("service = :reglage_x", x={"type": "texte"}))

    def printed(**given: object) -> str:
        return fingerprint_queries(source(source.Reglages.model_validate(base | {"x": "NUIT"} | given)))

    elsewhere = {"url": "sqlite:////autre/base.db", "fichier": "/autre/essai.toml", "delai": 60}
    assert printed() == printed(**elsewhere)
    assert printed() != printed(x="JOUR")


def test_the_version_of_the_texts_stands_beside_that_of_the_plugin(base: dict[str, Any], tmp_path: Path) -> None:
    (lue,) = counted(build_source(declare()), tmp_path, base).sources
    assert (lue.source, lue.plugin, lue.plugin_version) == ("essai", "temoin-essai", "1.0+1.0")


class ReglagesPython(ReglagesSql):
    service: SecretStr


class EcritEnPython(SqlSource):
    """A source class of Python uses its own settings in the same way."""

    nom = "python"
    logiciel = Logiciel("DUI fictif", "1")
    espace_usagers = "essai.personne"
    Reglages = ReglagesPython
    etablissements = "SELECT 'A' AS code"
    sejours = sql("SELECT 'A' AS code, personne AS usager, entree FROM sejour", dates=Jour())
    mises_a_jour = sql(
        "SELECT 'A' AS code, personne AS usager, quand AS date_fait FROM note WHERE service = :reglage_service",
        dates=Jour(),
    )


def test_a_python_source_binds_its_settings_too(tmp_path: Path, base: dict[str, Any]) -> None:
    resultat = counted(EcritEnPython, tmp_path, {"url": base["url"], "service": "NUIT"})
    assert resultat.etablissements[0].comptes[Compte.DOSSIERS_ACTIFS] == 3


@pytest.mark.parametrize("name", ["servise", "mot_de_passe", "url"])
def test_only_a_setting_that_exists_and_is_no_address_may_be_named(
    tmp_path: Path, base: dict[str, Any], name: str
) -> None:
    class Faux(EcritEnPython):
        etablissements = f"SELECT 'A' AS code WHERE :reglage_{name} IS NOT NULL"

    with pytest.raises(MappingError, match=f":reglage_{name}") as refused:
        counted(Faux, tmp_path, {"url": base["url"], "service": "NUIT"})
    assert refused.value.code == "reglage_inconnu"


def test_no_client_names_a_file_that_comes_with_its_distribution(base: dict[str, Any], tmp_path: Path) -> None:
    shipped = build_source(declare(), fichier=tmp_path / "livre.toml")
    given = shipped.Reglages.model_validate({"url": base["url"]})
    assert given.model_dump()["fichier"] == tmp_path / "livre.toml"
    with pytest.raises(ValidationError, match="fichier"):
        build_source(declare()).Reglages.model_validate({"url": base["url"]})
