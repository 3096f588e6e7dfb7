"""What looks wrong in a base is told on every engine, relation by relation, and nothing that names a person is."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from servers import ENGINES, Base, open_base

from temoin_sdk import EpochS, Instant, Jour, Logiciel, SqlSource, sql
from temoin_sdk.errors import ConnectionRefused
from temoin_sdk.mapping.looking import SourceVue, look, sites_of
from temoin_sdk.mapping.observing import Regard
from temoin_sdk.mapping.remarks import Gravite
from temoin_sdk.vocabulary import Drapeau, Relation
from temoin_sdk.windows import Fenetre

REGARD = Regard(Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1)), date(2026, 11, 22))
PERSONS = range(770_001, 770_031)

Look = Callable[..., SourceVue]


class Sain(SqlSource):
    """Nothing to say of this one."""

    nom = "sain"
    logiciel = Logiciel("DUI fictif", version_sql="SELECT v FROM version")
    espace_usagers = "fictif.personne"
    etablissements = "SELECT code FROM site"
    sejours = sql("SELECT site AS code, personne AS usager, entree, sortie FROM sejour", dates=Jour())
    mises_a_jour = sql(
        "SELECT site AS code, personne AS usager, quand AS date_fait, 'humain' AS auteur FROM note",
        dates=Instant("Europe/Paris"),
    )
    projets = sql(
        "SELECT site AS code, personne AS usager, 'actif' AS statut, entree AS debut FROM sejour", dates=Jour()
    )
    evenements = sql(
        "SELECT site AS code, personne AS usager, quand AS date_fait, 'valide' AS statut FROM note",
        dates=Instant("Europe/Paris"),
    )
    messages_mss = sql("SELECT site AS code, quand AS date_fait FROM message", dates=EpochS())


def fill(base: Base) -> None:
    base.load("version", {"v": "varchar(20)"}, [("5.1",)])
    base.load("site", {"code": "varchar(20)"}, [("NORD",), ("SUD",)])
    base.load(
        "sejour",
        {"site": "varchar(20)", "personne": "integer", "entree": "date", "sortie": "date"},
        [("NORD" if p % 2 else "SUD", p, "2026-01-05", None) for p in PERSONS]
        + [("NORD", 770_099, "2020-01-01", "2020-02-01")],
    )
    moment = "timestamp" if base.moteur == "postgresql" else "datetime"
    base.load(
        "note",
        {"site": "varchar(20)", "personne": "integer", "quand": moment, "qui": "varchar(40)", "minuit": moment},
        [
            (
                "NORD" if p % 2 else "SUD",
                p,
                f"2026-{month:02}-03 10:30:00",
                f"Dupuis{p}",
                f"2026-{month:02}-03 00:00:00",
            )
            for p in PERSONS
            for month in (2, 8, 9)
        ],
    )
    # 15 September 2026 at noon, in seconds
    base.load("message", {"site": "varchar(20)", "quand": "bigint"}, [("NORD", 1_789_466_400 + n) for n in range(8)])


@pytest.fixture(scope="module", params=ENGINES)
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    with ExitStack() as stack:
        opened = stack.enter_context(open_base(request.param, tmp_path_factory.mktemp("base")))
        fill(opened)
        yield opened


@pytest.fixture
def seen(base: Base) -> Look:
    """Look at the sound source with some of its relations written otherwise."""

    def looked(regard: Regard = REGARD, **changes: object) -> SourceVue:
        source = type("Autre", (Sain,), changes)
        return look(source(source.Reglages.model_validate(base.reglages)), regard)

    return looked


def told(vue: SourceVue) -> set[tuple[str, str, str]]:
    return {(each.gravite.value, each.relation.value if each.relation else "", each.code) for each in vue.remarques}


def test_a_sound_source_is_described_and_nothing_is_said(seen: Look) -> None:
    vue = seen()
    assert vue.remarques == []
    assert vue.version_logiciel == "5.1"
    assert sites_of(vue.relations) == ("NORD", "SUD")
    notes = vue.relations[Relation.MISES_A_JOUR]
    assert (notes.lignes, len(notes.personnes), notes.plafond) == (60, 30, False)
    assert notes.sites == {"NORD": 30, "SUD": 30}
    assert notes.mots == {"auteur": {"humain": 60}}
    written = notes.colonnes["date_fait"]
    assert (written.premiere, written.derniere) == (date(2026, 2, 3), date(2026, 9, 3))
    assert notes.colonnes["usager"].types == {"entier"}
    stays = vue.relations[Relation.SEJOURS]
    assert (stays.lignes, stays.colonnes["sortie"].vides, stays.colonnes["sortie"].lues) == (30, 30, 31)
    assert vue.relations[Relation.MESSAGES_MSS].colonnes["date_fait"].derniere == date(2026, 9, 15)
    assert "cle" not in vue.relations[Relation.MESSAGES_MSS].colonnes


HEURE = Instant("Europe/Paris")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {
                "mises_a_jour": sql(
                    "SELECT site AS code, personne + 5000 AS usager, quand AS date_fait FROM note", HEURE
                )
            },
            ("erreur", "mises_a_jour", "personnes_sans_sejour"),
        ),
        (
            {
                "mises_a_jour": sql(
                    "SELECT site AS code, personne AS usager, MAX(quand) AS date_fait FROM note "
                    "GROUP BY site, personne",
                    HEURE,
                )
            },
            ("à revoir", "mises_a_jour", "derniere_maj"),
        ),
        (
            {"projets": sql("SELECT site AS code, personne AS usager, 'VALIDE' AS statut FROM sejour")},
            ("erreur", "projets", "mot_inconnu"),
        ),
        (
            {
                "mises_a_jour": sql(
                    "SELECT site AS code, personne AS usager, quand AS date_fait, qui AS auteur FROM note", HEURE
                )
            },
            ("erreur", "mises_a_jour", "mot_inconnu"),
        ),
        (
            {"messages_mss": sql("SELECT 'OUEST' AS code, quand AS date_fait FROM message", EpochS())},
            ("erreur", "messages_mss", "sites_inconnus"),
        ),
        (
            {
                "messages_mss": sql(
                    "SELECT site AS code, quand AS date_fait FROM message "
                    "UNION ALL SELECT 'SUD', 2100000000 FROM version",
                    EpochS(),
                )
            },
            ("à revoir", "messages_mss", "dates_futures"),
        ),
        (
            {"messages_mss": sql("SELECT site AS code, quand AS date_fait FROM message WHERE 1 = 0", EpochS())},
            ("à revoir", "messages_mss", "aucune_ligne"),
        ),
        (
            {"messages_mss": sql("SELECT site AS code, quand - 40000000 AS date_fait FROM message", EpochS())},
            ("à revoir", "messages_mss", "aucune_ligne_fenetre"),
        ),
        (
            {"messages_mss": sql("SELECT site AS codes, quand AS date_fait FROM message", EpochS())},
            ("erreur", "messages_mss", "colonne_manquante"),
        ),
        (
            {
                "messages_mss": sql(
                    "SELECT site AS code, quand AS date_fait, 'x' AS destinataires FROM message", EpochS()
                )
            },
            ("à revoir", "messages_mss", "colonne_inconnue"),
        ),
        (
            {"messages_mss": sql("SELECT site AS code, quand AS date_fait FROM messages", EpochS())},
            ("erreur", "messages_mss", "requete_refusee"),
        ),
        (
            {"mises_a_jour": sql("SELECT site AS code, personne AS usager, quand AS date_fait FROM note", Jour())},
            ("à revoir", "mises_a_jour", "heure_ignoree"),
        ),
        (
            {"mises_a_jour": sql("SELECT site AS code, personne AS usager, entree AS date_fait FROM sejour", HEURE)},
            ("à revoir", "mises_a_jour", "heure_absente"),
        ),
        (
            {
                "evenements": sql(
                    "SELECT site AS code, CASE WHEN personne > 770010 THEN personne END AS usager, quand AS date_fait "
                    "FROM note",
                    HEURE,
                )
            },
            ("à revoir", "evenements", "colonne_vide"),
        ),
        ({"logiciel": Logiciel("DUI fictif", version_sql="SELECT v FROM versions")}, ("erreur", "", "requete_refusee")),
    ],
    ids=lambda value: "-".join(value[1:]) if isinstance(value, tuple) else "",
)
def test_what_is_wrong_is_told(seen: Look, changes: dict[str, object], expected: tuple[str, str, str]) -> None:
    vue = seen(**changes)
    assert expected in told(vue)
    # one mistake hides nothing of the other relations
    assert {Relation.SEJOURS, Relation.ETABLISSEMENTS} <= set(vue.relations)
    assert all(relation == expected[1] for _, relation, _ in told(vue)), told(vue)


def test_midnight_everywhere_is_a_day_written_as_an_hour(seen: Look) -> None:
    text = "SELECT site AS code, personne AS usager, minuit AS date_fait FROM note"
    assert told(seen(mises_a_jour=sql(text, HEURE))) == {("à revoir", "mises_a_jour", "heure_absente")}
    assert told(seen(mises_a_jour=sql(text, Jour()))) == set()


def test_projects_left_open_after_their_persons_are_told_only_when_all_are(seen: Look) -> None:
    text = "SELECT site AS code, {} AS usager, 'actif' AS statut FROM sejour"
    some = "CASE WHEN personne < 770005 THEN personne + 5000 ELSE personne END"
    assert told(seen(projets=sql(text.format(some)))) == set()
    assert told(seen(projets=sql(text.format("personne + 5000")))) == {("erreur", "projets", "personnes_sans_sejour")}


def test_errors_come_first(seen: Look) -> None:
    vue = seen(
        etablissements="SELECT code FROM sites",
        messages_mss=sql("SELECT site AS code, quand AS date_fait FROM message WHERE 1 = 0", EpochS()),
    )
    assert [each.gravite for each in vue.remarques] == [Gravite.ERREUR, Gravite.A_REVOIR]


def test_the_limit_bounds_what_is_read_and_is_said(seen: Look) -> None:
    vue = seen(Regard(REGARD.fenetre, REGARD.aujourd_hui, limite=5))
    notes = vue.relations[Relation.MISES_A_JOUR]
    assert (notes.lignes, notes.plafond) == (5, True)
    assert "personnes_sans_sejour" not in {each.code for each in vue.remarques}


def test_names_in_a_column_of_authors_are_counted_and_never_quoted(seen: Look) -> None:
    vue = seen(
        mises_a_jour=sql(
            "SELECT site AS code, personne AS usager, quand AS date_fait, "
            "CASE WHEN personne > 770004 THEN 'humain' ELSE 'Dupuis' END AS auteur FROM note",
            HEURE,
        )
    )
    [remark] = vue.remarques
    assert remark.code == "mot_inconnu"
    assert "8 lignes sur 60" in remark.message
    assert "dupuis" not in f"{remark.message}{remark.remede}".lower()


def test_a_word_that_looks_like_a_code_is_quoted(seen: Look) -> None:
    vue = seen(projets=sql("SELECT site AS code, personne AS usager, 'VALIDE' AS statut FROM sejour"))
    assert "(valide)" in vue.remarques[0].message
    vue = seen(projets=sql("SELECT site AS code, personne AS usager, 'Jeanne Dupuis' AS statut FROM sejour"))
    assert "dupuis" not in vue.remarques[0].message.lower()


def test_merged_persons_are_one(seen: Look) -> None:
    """An identifier that the identity map joins to a person who stays is no stray."""
    changed = {
        "mises_a_jour": sql("SELECT site AS code, personne + 5000 AS usager, quand AS date_fait FROM note", HEURE),
        "identites": "SELECT 'fictif.personne' AS espace, personne + 5000 AS usager, "
        "'fictif.personne' AS espace_maitre, personne AS usager_maitre FROM sejour",
    }
    assert seen(**changed).remarques == []


def test_an_identity_map_of_other_spaces_is_told(seen: Look) -> None:
    vue = seen(
        identites="SELECT 'fictif' AS espace, personne AS usager, 'autre' AS espace_maitre, "
        "personne AS usager_maitre FROM sejour"
    )
    assert told(vue) == {("à revoir", "identites", "espace_inconnu")}


def test_what_the_software_says_it_ignores_is_not_held_against_it(seen: Look) -> None:
    only_last = sql(
        "SELECT site AS code, personne AS usager, MAX(quand) AS date_fait FROM note GROUP BY site, personne", HEURE
    )
    assert seen(mises_a_jour=only_last, ne_sait_pas=frozenset({Drapeau.DERNIERE_MAJ_SEULE})).remarques == []


def test_a_base_that_does_not_open_is_for_whoever_gave_its_address(tmp_path: Path) -> None:
    source = Sain(Sain.Reglages.model_validate({"url": f"sqlite:///{tmp_path / 'absente.db'}"}))
    with pytest.raises(ConnectionRefused):
        look(source, REGARD)
