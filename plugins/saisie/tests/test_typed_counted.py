"""Typed figures counted beside facts: their level, their proofs, what is refused."""

import hashlib
import re
import sqlite3
import tomllib
from collections.abc import Callable
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, ClassVar

import pytest

from temoin_saisie.declarations import Declaration, Registre
from temoin_saisie.source import SaisieSource
from temoin_sdk import Instant, Jour, Logiciel, SqlSource, sql
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource, load_plugins
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.errors import Acteur, ConfigurationError, MappingError, SourceError
from temoin_sdk.vocabulary import Compte, EtatCompte, MotifEcart, Niveau
from temoin_sdk.windows import Fenetre

UN, DEUX = "010780054", "2A0000154"
MSS: dict[str, Any] = {"comptes": ["messages_mss"]}


class Dui(SqlSource):
    """A DUI that knows everything but messages."""

    nom = "dui"
    logiciel: ClassVar[Logiciel] = Logiciel("DUI fictif", "1.0")
    espace_usagers = "dui.usager"
    etablissements = "SELECT code FROM site"
    sejours = sql("SELECT code, usager, entree, sortie FROM sejour", dates=Jour())
    mises_a_jour = sql(
        "SELECT code, usager, quand AS date_fait, 'humain' AS auteur FROM maj", dates=Instant("Europe/Paris")
    )


CATALOGUE = Catalogue(
    {"dui": FoundSource(Dui, "temoin-essai", "1.0"), "saisie": FoundSource(SaisieSource, "temoin-saisie", "0.1.0")}, {}
)


@pytest.fixture
def dui(tmp_path: Path) -> SourceDemande:
    path = tmp_path / "dui.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            f"""
            CREATE TABLE site (code TEXT);
            CREATE TABLE sejour (code TEXT, usager INTEGER, entree TEXT, sortie TEXT);
            CREATE TABLE maj (code TEXT, usager INTEGER, quand TEXT);
            INSERT INTO site VALUES ('{UN}'), ('{DEUX}');
            INSERT INTO sejour VALUES ('{UN}', 1, '2026-01-01', NULL), ('{DEUX}', 2, '2026-01-01', NULL);
            INSERT INTO maj VALUES ('{UN}', 1, '2026-09-01 10:00:00');
            """
        )
    connection.close()
    return SourceDemande(nom="dui", plugin="dui", reglages={"url": f"sqlite:///{path}"}, sites={UN: UN, DEUX: DEUX})


@pytest.fixture
def typed(dossier: Path, proof: Path, fenetre: Fenetre) -> Callable[..., SourceDemande]:
    """Type figures of an establishment, with one proof; gives the source that reads them all."""

    def keep(finess: str, chiffres: dict[Compte, int], du: date = fenetre.debut, **reglages: Any) -> SourceDemande:
        registre = Registre(dossier)
        registre.keep(
            [
                Declaration(
                    finess=finess,
                    debut=du,
                    fin_incluse=fenetre.dernier_jour,
                    comptes=chiffres,
                    pieces=(registre.keep_piece(proof),),
                )
            ]
        )
        return SourceDemande(
            nom="a-la-main",
            plugin="saisie",
            reglages={"dossier": str(dossier), "logiciel": "Marelle", **reglages},
            sites={UN: UN, DEUX: DEUX},
        )

    return keep


@pytest.fixture
def run(tmp_path: Path, fenetre: Fenetre) -> Callable[..., Resultat]:
    def call(*sources: SourceDemande) -> Resultat:
        dossier = tmp_path / "preuves"
        dossier.mkdir(exist_ok=True)
        demande = Demande(
            fenetre=fenetre,
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="projet-essai",
            etablissements=tuple(EtablissementDemande(finess=f, fuseau="Europe/Paris") for f in (UN, DEUX)),
            fuseau_og="Europe/Paris",
            sources=sources,
            cle_pseudonyme=b"k" * 32,
            cle_site=b"s" * 32,
            dossier=dossier,
        )
        return count(demande, CATALOGUE)

    return call


def test_stays_from_the_database_and_messages_by_hand(
    dui: SourceDemande, typed: Callable[..., SourceDemande], run: Callable[..., Resultat], tmp_path: Path, proof: Path
) -> None:
    resultat = run(dui, typed(UN, {Compte.MESSAGES_MSS: 12}, **MSS))
    un, deux = resultat.etablissements
    assert (un.comptes[Compte.PERSONNES_ACCOMPAGNEES], un.niveaux[Compte.PERSONNES_ACCOMPAGNEES]) == (1, Niveau.FAITS)
    assert (un.comptes[Compte.MESSAGES_MSS], un.niveaux[Compte.MESSAGES_MSS]) == (12, Niveau.DECLARE)
    assert un.messages_mss_professionnels is None
    assert (deux.comptes[Compte.PERSONNES_ACCOMPAGNEES], deux.comptes[Compte.MESSAGES_MSS]) == (1, None)
    assert deux.etats[Compte.MESSAGES_MSS] is EtatCompte.NON_FOURNI
    by_hand = next(lue for lue in resultat.sources if lue.source == "saisie")
    assert (by_hand.niveau, by_hand.logiciel) == (Niveau.DECLARE, "Marelle")
    folder = tmp_path / "preuves" / "pieces" / str(by_hand.preuve)
    assert hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest() == by_hand.preuve
    (kept,) = (folder / "fichiers").iterdir()
    assert kept.read_bytes() == proof.read_bytes()
    assert (folder / "sites.csv").read_text().splitlines()[1].endswith(f";{UN}")


def test_a_count_both_typed_and_counted_is_refused(
    dui: SourceDemande, typed: Callable[..., SourceDemande], run: Callable[..., Resultat]
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        run(dui, typed(UN, {Compte.PERSONNES_ACCOMPAGNEES: 3}))
    assert caught.value.code == "source_double"


def test_typed_figures_alone_are_declared_and_nothing_else(
    typed: Callable[..., SourceDemande], run: Callable[..., Resultat]
) -> None:
    typed(DEUX, {Compte.MESSAGES_MSS: 3})
    resultat = run(typed(UN, {Compte.PERSONNES_ACCOMPAGNEES: 84, Compte.DOSSIERS_ACTIFS: 79}))
    un, deux = resultat.etablissements
    assert set(un.niveaux.items()) == {
        (Compte.PERSONNES_ACCOMPAGNEES, Niveau.DECLARE),
        (Compte.DOSSIERS_ACTIFS, Niveau.DECLARE),
    }
    assert (un.feuilles, un.feuilles_jours) == (0, 0)
    assert deux.comptes[Compte.MESSAGES_MSS] == 3


def test_another_window_is_not_used_and_the_command_to_type_is_said(
    dui: SourceDemande, typed: Callable[..., SourceDemande], run: Callable[..., Resultat]
) -> None:
    source = typed(UN, {Compte.MESSAGES_MSS: 12}, date(2026, 10, 1), **MSS)
    with pytest.raises(
        SourceError, match=r"Rien n'a été saisi.*fenêtres saisies : du 1er au 31 octobre 2026"
    ) as caught:
        run(source)
    assert caught.value.remede.endswith("temoin-saisie saisir --du 2026-08-01 --au 2026-10-31.")
    assert caught.value.acteur is Acteur.GESTIONNAIRE


def test_an_establishment_never_typed_is_to_be_typed_and_its_code_is_not_at_fault(
    dui: SourceDemande, typed: Callable[..., SourceDemande], run: Callable[..., Resultat]
) -> None:
    [told] = run(dui, typed(UN, {Compte.MESSAGES_MSS: 12}, **MSS)).avertissements
    assert (told.code, told.finess, told.acteur) == ("inconnu_de_la_source", DEUX, Acteur.GESTIONNAIRE)
    assert f"temoin-saisie saisir --etablissement {DEUX} --du 2026-08-01 --au 2026-10-31" in told.remede
    assert "retirer cet établissement de cette source" in told.remede
    assert "code" not in told.remede


def test_a_proof_that_changed_proves_nothing_any_more(
    typed: Callable[..., SourceDemande], run: Callable[..., Resultat], dossier: Path
) -> None:
    source = typed(UN, {Compte.MESSAGES_MSS: 12})
    (copy,) = (dossier / "pieces").iterdir()
    copy.write_bytes(b"autre image")
    with pytest.raises(MappingError, match="a changé depuis la saisie"):
        run(source)
    copy.unlink()
    with pytest.raises(MappingError, match="ne se lit pas"):
        run(source)


def test_a_contradiction_written_by_hand_into_the_file_blocks_its_establishment(
    typed: Callable[..., SourceDemande], run: Callable[..., Resultat]
) -> None:
    typed(DEUX, {Compte.MESSAGES_MSS: 3})
    resultat = run(typed(UN, {Compte.PERSONNES_ACCOMPAGNEES: 84, Compte.DOSSIERS_ACTIFS: 85}))
    assert [f.finess for f in resultat.etablissements] == [DEUX]
    (ecarte,) = resultat.ecartes
    assert (ecarte.finess, ecarte.motif, ecarte.acteur) == (UN, MotifEcart.INVARIANT, Acteur.GESTIONNAIRE)
    assert "(85)" in ecarte.message
    assert "(84)" in ecarte.message


def test_a_count_that_the_settings_do_not_ask_is_said(
    typed: Callable[..., SourceDemande], run: Callable[..., Resultat]
) -> None:
    with pytest.raises(MappingError, match="dossiers actifs saisis, alors que « comptes » ne les attend pas"):
        run(typed(UN, {Compte.DOSSIERS_ACTIFS: 3}, **MSS))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("declarations = 3", "une liste entre crochets"),
        ("[[declarations]", "n'est pas du TOML lisible"),
        ('[[declarations]]\nfiness = "1"\n', "FINESS"),
        (
            f'[[declarations]]\nfiness = "{UN}"\ndebut = 2026-08-01\nfin_incluse = 2026-10-31\n'
            'pieces = ["0123456789abcdef-a.pdf"]\nmessages = 3\n',
            "champ inconnu",
        ),
        (
            f'[[declarations]]\nfiness = "{UN}"\ndebut = 2026-08-01\nfin_incluse = 2026-10-31\n'
            "pieces = []\nmessages_mss = 3\n",
            "pieces",
        ),
        (
            f'[[declarations]]\nfiness = "{UN}"\ndebut = 2026-08-01\nfin_incluse = 2026-10-31\n'
            'pieces = ["0123456789abcdef-a.pdf"]\nmessages_mss = true\n',
            "messages_mss",
        ),
        (
            f'[[declarations]]\nfiness = "{UN}"\ndebut = 2026-08-01\nfin_incluse = 2026-10-31\n'
            'pieces = ["../../etc/passwd"]\nmessages_mss = 3\n',
            "pieces",
        ),
    ],
)
def test_a_spoilt_file_is_named(text: str, said: str, dossier: Path) -> None:
    dossier.mkdir()
    (dossier / "declarations.toml").write_text(text)
    with pytest.raises(MappingError) as caught:
        Registre(dossier).read()
    assert said in caught.value.message
    assert caught.value.ou == str(dossier / "declarations.toml")


def test_the_guide_is_accepted_and_the_plugin_is_found() -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text()
    (example,) = re.findall(r"<!-- exemple -->\n```toml\n(.*?)```", text, re.DOTALL)
    (table,) = tomllib.loads(example)["sources"]
    catalogue = load_plugins(p for p in entry_points(group="temoin") if p.name == "saisie")
    classe = catalogue.source(table["plugin"]).classe.specialised(table["reglages"])
    assert classe.Reglages.model_validate(table["reglages"]).comptes == tuple(Compte)
    assert classe.niveau is Niveau.DECLARE
