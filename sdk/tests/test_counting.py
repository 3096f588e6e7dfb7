"""The one call: composition of sources, what sets an establishment aside, what stays unknown."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk import (
    ComptesFournis,
    CountSource,
    EpochMs,
    EpochS,
    Instant,
    Jour,
    Logiciel,
    Nature,
    RecordSource,
    Sejour,
    Source,
    SqlSource,
    sql,
)
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract import DepotDmp, Identite, MessageMss, MiseAJour
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.errors import ConfigurationError, ConnectionRefused, MappingError, PluginError, SourceError
from temoin_sdk.vocabulary import Compte, Drapeau, EtatCompte, MotifEcart, Niveau, Relation
from temoin_sdk.windows import Fenetre

UN, DEUX = "010780054", "970400024"
FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))

SCHEMA = """
CREATE TABLE site (code TEXT);
CREATE TABLE sejour (code TEXT, usager INTEGER, entree TEXT, sortie TEXT);
CREATE TABLE maj (code TEXT, usager INTEGER, quand TEXT);
CREATE INDEX maj_quand ON maj (quand);
INSERT INTO site VALUES ('A'), ('B');
INSERT INTO sejour VALUES ('A', 1, '2026-01-01', NULL), ('A', 2, '2026-01-01', '2026-08-01');
INSERT INTO sejour VALUES ('B', 3, '2026-01-01', NULL);
INSERT INTO maj VALUES ('A', 1, '2026-10-31 23:59:59'), ('A', 2, '2026-11-01 00:00:00');
INSERT INTO maj VALUES ('B', 3, '2026-08-01 00:00:00');
"""


class Dui(SqlSource):
    nom = "dui"
    logiciel = Logiciel("DUI fictif", "1.0")
    espace_usagers = "dui.usager"
    etablissements = "SELECT code FROM site"
    sejours = sql("SELECT code, usager, entree, sortie FROM sejour", dates=Jour())
    mises_a_jour = sql(
        "SELECT code, usager, quand AS date_fait, 'humain' AS auteur FROM maj", dates=Instant("Europe/Paris")
    )


class Operateur(RecordSource):
    nom = "operateur"
    logiciel = Logiciel("Messagerie fictive", "3")
    espace_usagers = "operateur.boite"

    def etablissements(self) -> Iterable[str]:
        return ["A", "B"]

    def messages_mss(self, periode: Fenetre) -> Iterable[MessageMss]:
        yield MessageMss("A", "2026-09-01T10:00:00", "professionnel", "m1")
        yield MessageMss(None, "2026-09-01T10:00:00")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "dui.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
    connection.close()
    return path


@pytest.fixture
def run(base: Path, tmp_path: Path) -> Callable[..., Resultat]:
    def call(*classes: type[Source], sources: tuple[SourceDemande, ...] | None = None, **changes: Any) -> Resultat:
        catalogue = Catalogue({c.nom: FoundSource(c, "temoin-essai", "1.0") for c in classes or (Dui,)}, {})
        asked = sources or tuple(source(c, base) for c in classes or (Dui,))
        etablissements = tuple(
            EtablissementDemande(finess=f, fuseau=z) for f, z in ((UN, "Europe/Paris"), (DEUX, "Indian/Reunion"))
        )
        dossier = tmp_path / "preuves"
        dossier.mkdir(exist_ok=True)
        fields: dict[str, Any] = {
            "fenetre": FENETRE,
            "campagne": load_campaign("generalisation-2025").campagne,
            "ej": "010000024",
            "projet": "projet-essai",
            "etablissements": etablissements,
            "fuseau_og": "Europe/Paris",
            "sources": asked,
            "cle_pseudonyme": b"k" * 32,
            "cle_site": b"s" * 32,
            "dossier": dossier,
        }
        return count(Demande(**fields | changes), catalogue)

    return call


def source(classe: type[Source], base: Path, **changes: Any) -> SourceDemande:
    reglages = {"url": f"sqlite:///{base}"} if issubclass(classe, SqlSource) else {}
    fields: dict[str, Any] = {
        "nom": classe.nom,
        "plugin": classe.nom,
        "reglages": reglages,
        "sites": {"A": UN, "B": DEUX},
    }
    return SourceDemande(**fields | changes)


def test_two_sources_meet_and_what_nobody_supplies_is_null(run: Callable[..., Resultat]) -> None:
    resultat = run(Dui, Operateur)
    un, deux = resultat.etablissements
    assert un.comptes[Compte.DOSSIERS_ACTIFS] == 1
    assert (un.comptes[Compte.MESSAGES_MSS], deux.comptes[Compte.MESSAGES_MSS]) == (1, 0)
    assert un.comptes[Compte.DMP_ALIMENTES] is None
    assert un.etats[Compte.DMP_ALIMENTES] is EtatCompte.NON_FOURNI
    assert resultat.og is not None
    assert resultat.og.messages_mss == 1
    assert [s.source for s in resultat.sources] == ["dui", "operateur"]


def test_a_site_the_source_does_not_know_is_unknown_and_not_zero(run: Callable[..., Resultat], base: Path) -> None:
    resultat = run(Dui, sources=(source(Dui, base, sites={"A": UN, "C": DEUX}),))
    deux = resultat.etablissements[1]
    assert deux.comptes[Compte.PERSONNES_ACCOMPAGNEES] is None
    assert deux.etats[Compte.PERSONNES_ACCOMPAGNEES] is EtatCompte.INCONNU_DE_LA_SOURCE
    assert [(a.code, a.finess) for a in resultat.avertissements] == [("inconnu_de_la_source", DEUX)]


def said_of_the_unknown(run: Callable[..., Resultat], base: Path, classe: type[Source]) -> str:
    [told] = run(classe, sources=(source(classe, base, sites={"A": UN, "C": DEUX}),)).avertissements
    assert told.code == "inconnu_de_la_source"
    return told.remede


def test_the_remedy_for_an_unknown_site_is_the_sources_own_if_it_has_one(
    run: Callable[..., Resultat], base: Path
) -> None:
    class Apporte(Dui):
        def remede_site_inconnu(self, codes: Sequence[str], fenetre: Fenetre) -> str:
            return f"Apporter les feuilles de {', '.join(codes)}, {fenetre.libelle()}."

    assert said_of_the_unknown(run, base, Apporte) == f"Apporter les feuilles de C, {FENETRE.libelle()}."


@pytest.mark.parametrize("error", [None, RuntimeError("cassé")])
def test_a_source_without_a_remedy_of_its_own_gets_the_codes_it_knows(
    run: Callable[..., Resultat], base: Path, error: Exception | None
) -> None:
    class Muette(Dui):
        def remede_site_inconnu(self, codes: Sequence[str], fenetre: Fenetre) -> str | None:
            if error is not None:
                raise error
            return None

    assert said_of_the_unknown(run, base, Muette).endswith("sites de la source : A, B.")


def test_several_sites_of_one_establishment_count_a_person_once(run: Callable[..., Resultat], base: Path) -> None:
    with sqlite3.connect(base) as connection:
        connection.execute("INSERT INTO sejour VALUES ('B', 1, '2026-01-01', NULL)")
    connection.close()
    resultat = run(Dui, sources=(source(Dui, base, sites={"A": UN, "B": UN}),))
    assert resultat.etablissements[0].comptes[Compte.PERSONNES_ACCOMPAGNEES] == 3


def test_two_sources_for_one_relation_need_cumule(run: Callable[..., Resultat], base: Path) -> None:
    twice = (source(Dui, base), source(Dui, base, nom="copie"))
    with pytest.raises(ConfigurationError) as refused:
        run(Dui, sources=twice)
    assert refused.value.code == "source_double"
    both = tuple(s.model_copy(update={"cumule": True}) for s in twice)
    assert run(Dui, sources=both).etablissements[0].comptes[Compte.PERSONNES_ACCOMPAGNEES] == 2


def test_the_same_key_in_two_sources_is_one_message(run: Callable[..., Resultat], base: Path) -> None:
    class Autre(Operateur):
        nom = "autre"

    both = (source(Dui, base), source(Operateur, base, cumule=True), source(Autre, base, cumule=True))
    resultat = run(Dui, Operateur, Autre, sources=both)
    assert resultat.etablissements[0].comptes[Compte.MESSAGES_MSS] == 1
    assert resultat.og is not None
    assert resultat.og.messages_mss == 2, "without a key, nothing says that two messages are one"


def test_persons_of_two_spaces_need_an_identity_map(run: Callable[..., Resultat]) -> None:
    class Dmp(RecordSource):
        nom = "dmp"
        logiciel = Logiciel("Plateforme fictive", "1")
        espace_usagers = "plateforme.ins"

        def etablissements(self) -> Iterable[str]:
            return ["A", "B"]

        def depots_dmp(self, periode: Fenetre) -> Iterable[DepotDmp]:
            yield DepotDmp("A", "ins-1", date(2026, 9, 1))

    with pytest.raises(MappingError) as refused:
        run(Dui, Dmp)
    assert refused.value.code == "espaces_disjoints"

    class DmpJoint(Dmp):
        def identites(self) -> Iterable[Identite]:
            yield Identite("plateforme.ins", "ins-1", "dui.usager", 1)

    assert run(Dui, DmpJoint).etablissements[0].comptes[Compte.DMP_ALIMENTES] == 1


def test_an_identity_loop_is_refused(run: Callable[..., Resultat]) -> None:
    class Boucle(Dui):
        nom = "boucle"
        identites = (
            "SELECT 'dui.usager' AS espace, 1 AS usager, 'dui.usager' AS espace_maitre, 2 AS usager_maitre "
            "UNION ALL SELECT 'dui.usager', 2, 'dui.usager', 1"
        )

    with pytest.raises(MappingError) as refused:
        run(Boucle)
    assert refused.value.code == "identites_boucle"


def test_merged_files_are_one_person_and_the_number_is_told(run: Callable[..., Resultat]) -> None:
    class Reuni(Dui):
        nom = "reuni"
        identites = "SELECT 'dui.usager' AS espace, 2 AS usager, 'dui.usager' AS espace_maitre, 1 AS usager_maitre"

    resultat = run(Reuni)
    assert resultat.etablissements[0].comptes[Compte.PERSONNES_ACCOMPAGNEES] == 1
    assert resultat.sources[0].fusions == 1


class Casse(Operateur):
    nom = "casse"

    def messages_mss(self, periode: Fenetre) -> Iterable[MessageMss]:
        raise ValueError("Mme Fictive, chambre 12")


def test_a_source_that_fails_sets_its_establishments_aside_and_quotes_no_row(
    run: Callable[..., Resultat], base: Path
) -> None:
    resultat = run(Dui, Casse, sources=(source(Dui, base), source(Casse, base, sites={"A": UN})))
    assert [f.finess for f in resultat.etablissements] == [DEUX]
    assert [(e.finess, e.motif) for e in resultat.ecartes] == [(UN, MotifEcart.SOURCE_ILLISIBLE)]
    assert resultat.erreurs[0].code == "plugin_echec"
    assert "ligne" in resultat.erreurs[0].message
    assert "Fictive" not in resultat.model_dump_json()


def test_when_nothing_at_all_could_be_counted_the_reason_is_raised(run: Callable[..., Resultat], base: Path) -> None:
    with pytest.raises(ConnectionRefused) as refused:
        run(Dui, sources=(source(Dui, base, reglages={"url": f"sqlite:///{base}.absent"}),))
    assert "n'existe pas" in refused.value.message


@pytest.mark.parametrize(
    ("texte", "nature", "code"),
    [
        ("SELECT code, usager, entre AS entree FROM sejour", Jour(), "requete_refusee"),
        ("SELECT code, usager FROM sejour", Jour(), "colonne_manquante"),
        ("SELECT code, usager, 1790000000 AS entree FROM sejour", Jour(), "date_nature"),
        ("SELECT code, usager, '31/12/2025' AS entree FROM sejour", Jour(), "date_illisible"),
        ("SELECT code, usager, entree FROM sejour", None, "plugin_nature"),
        ("SELECT code, usager, date('31/12/2025') AS entree FROM sejour", Jour(), "date_absente"),
        ("SELECT code, usager, 1790000000000 AS entree FROM sejour", EpochS(), "date_unite"),
        ("SELECT code, usager, 1790000000 AS entree FROM sejour", EpochMs(), "date_unite"),
    ],
)
def test_a_wrong_mapping_is_named(run: Callable[..., Resultat], texte: str, nature: Nature | None, code: str) -> None:
    class Faux(Dui):
        nom = "faux"
        sejours = sql(texte, dates=nature)

    with pytest.raises(SourceError) as refused:
        run(Faux)
    assert refused.value.code == code
    assert "sejours" in f"{refused.value.ou} {refused.value.message}" or isinstance(refused.value, PluginError)


def test_dossier_identifiers_in_place_of_persons_are_an_error_and_not_zero_per_cent(
    run: Callable[..., Resultat], base: Path
) -> None:
    with sqlite3.connect(base) as connection:
        connection.executemany(
            "INSERT INTO maj VALUES ('A', ?, '2026-09-01 10:00:00')", [(n,) for n in range(100, 110)]
        )
        connection.execute("DELETE FROM maj WHERE usager < 100")
    connection.close()
    with pytest.raises(MappingError) as refused:
        run(Dui)
    assert refused.value.code == "personnes_sans_sejour"


def test_nobody_in_stay_at_all_is_an_error_when_records_are_written(run: Callable[..., Resultat], base: Path) -> None:
    with sqlite3.connect(base) as connection:
        connection.executemany(
            "INSERT INTO maj VALUES ('A', ?, '2026-09-01 10:00:00')", [(n,) for n in range(100, 110)]
        )
        connection.execute("UPDATE sejour SET entree = '2026-12-01'")
    connection.close()
    with pytest.raises(MappingError) as refused:
        run(Dui)
    assert refused.value.code == "personnes_sans_sejour"


def test_a_day_that_does_not_exist_is_told_however_rare(run: Callable[..., Resultat], base: Path) -> None:
    with sqlite3.connect(base) as connection:
        connection.executemany("INSERT INTO maj VALUES ('A', 1, ?)", [("2026-09-01 10:00:00",)] * 99)
        connection.execute("INSERT INTO maj VALUES ('A', 1, '2026-09-31 10:00:00')")
    connection.close()
    assert "dates_illisibles" in {a.code for a in run(Dui).avertissements}


def test_a_few_persons_without_a_stay_are_a_warning_and_a_flag(run: Callable[..., Resultat], base: Path) -> None:
    with sqlite3.connect(base) as connection:
        connection.execute("INSERT INTO maj VALUES ('A', 99, '2026-09-01 10:00:00')")
    connection.close()
    resultat = run(Dui)
    assert "personnes_sans_sejour" in {a.code for a in resultat.avertissements}
    assert Drapeau.CORRESPONDANCE_DOUTEUSE in resultat.etablissements[0].drapeaux


def test_unknown_words_never_count_and_are_told(run: Callable[..., Resultat]) -> None:
    class Mots(Dui):
        nom = "mots"
        mises_a_jour = sql(
            "SELECT code, usager, quand AS date_fait, 'infirmière' AS auteur FROM maj", dates=Instant("Europe/Paris")
        )
        projets = sql("SELECT code, usager, 'VALIDÉ' AS statut FROM sejour")

    resultat = run(Mots)
    assert resultat.etablissements[0].comptes[Compte.DOSSIERS_ACTIFS] == 0
    assert {a.code for a in resultat.avertissements} == {"mot_inconnu"}


class Comptes(CountSource):
    nom = "comptes"
    logiciel = Logiciel("Tableur", "1")

    def etablissements(self) -> Iterable[str]:
        return ["A", "B"]

    def comptes(self, fenetre: Fenetre) -> Iterable[ComptesFournis]:
        yield ComptesFournis("A", {Compte.MESSAGES_MSS: 7, Compte.DMP_ALIMENTES: None})
        yield ComptesFournis("B", {Compte.DMP_ALIMENTES: 99})


def test_ready_made_counts_keep_their_weaker_level(run: Callable[..., Resultat], base: Path) -> None:
    resultat = run(Dui, Comptes, sources=(source(Dui, base), source(Comptes, base, sites={"A": UN})))
    un = resultat.etablissements[0]
    assert (un.comptes[Compte.MESSAGES_MSS], un.niveaux[Compte.MESSAGES_MSS]) == (7, Niveau.COMPTES)
    assert un.niveaux[Compte.DOSSIERS_ACTIFS] is Niveau.FAITS
    assert un.comptes[Compte.DMP_ALIMENTES] is None


def test_a_broken_invariant_blocks_one_establishment_and_names_both_figures(run: Callable[..., Resultat]) -> None:
    resultat = run(Dui, Comptes)
    assert [f.finess for f in resultat.etablissements] == [UN]
    assert [(e.finess, e.motif) for e in resultat.ecartes] == [(DEUX, MotifEcart.INVARIANT)]
    assert "99" in resultat.ecartes[0].message
    assert "(1)" in resultat.ecartes[0].message


def test_declared_counts_without_a_proof_file_are_refused(run: Callable[..., Resultat]) -> None:
    class Declare(Comptes):
        niveau = Niveau.DECLARE

    with pytest.raises(PluginError) as refused:
        run(Declare)
    assert refused.value.code == "preuve_absente"


def test_settings_errors_name_the_field_and_never_the_value(run: Callable[..., Resultat], base: Path) -> None:
    reglages = {"url": f"sqlite:///{base}", "mot_de_pase": "canari-secret"}
    with pytest.raises(ConfigurationError) as refused:
        run(Dui, sources=(source(Dui, base, reglages=reglages),))
    assert "mot_de_pase" in refused.value.phrase()
    assert "canari" not in refused.value.phrase()


def test_a_relation_asked_of_a_source_that_lacks_it_is_an_error(run: Callable[..., Resultat], base: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        run(Dui, sources=(source(Dui, base, fournit=(Relation.PROJETS,)),))
    assert refused.value.code == "relation_non_fournie"


def test_the_same_run_twice_gives_the_same_figures(run: Callable[..., Resultat]) -> None:
    assert run(Dui, Operateur) == run(Dui, Operateur)


def test_an_update_without_author_is_counted_and_said(run: Callable[..., Resultat]) -> None:
    class SansAuteur(RecordSource):
        nom = "sansauteur"
        logiciel = Logiciel("DUI ancien", "0.9")
        espace_usagers = "ancien"

        def etablissements(self) -> Iterable[str]:
            return ["A", "B"]

        def sejours(self, periode: Fenetre) -> Iterable[Sejour]:
            yield Sejour("A", 1, date(2026, 1, 1))

        def mises_a_jour(self, periode: Fenetre) -> Iterable[MiseAJour]:
            yield MiseAJour("A", 1, date(2026, 9, 1))

    un = run(SansAuteur).etablissements[0]
    assert un.comptes[Compte.DOSSIERS_ACTIFS] == 1
    assert un.drapeaux == (Drapeau.AUTEUR_INCONNU,)
