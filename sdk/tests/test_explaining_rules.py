"""Each rule's line: one row that the rule drops, in a small base, is counted under that rule and under no other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.campaigns import DefinitionIndicateur, load_campaign
from temoin_sdk.contract import (
    ComptesFournis,
    CountSource,
    DepotDmp,
    Evenement,
    Identite,
    Jour,
    Logiciel,
    MessageMss,
    MiseAJour,
    Projet,
    RecordSource,
    Sejour,
)
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.conventions import Convention
from temoin_sdk.counting import Demande, EtablissementDemande, SourceDemande
from temoin_sdk.errors import ConfigurationError, PluginError
from temoin_sdk.explaining import Explication, explain
from temoin_sdk.vocabulary import Compte, Relation
from temoin_sdk.windows import Fenetre

UN, DEUX = "010780054", "970400024"
FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
CAMPAGNE = load_campaign("generalisation-2025").campagne
DOCUMENTS = DefinitionIndicateur(
    code="nb_documents_dmp", libelle="Documents", numerateur=Compte.DOCUMENTS_DMP, texte="essai"
)
DEDANS = "2026-09-15"


@dataclass
class Fournit:
    """One source of a test: its rows, its sites, its space."""

    lignes: dict[Relation, list[Any]]
    sites: tuple[str, ...] = ("A", "A2", "B")
    espace: str = "dui.usager"
    carte: dict[str, str] | None = None
    fournit: tuple[Relation, ...] | None = None
    cumule: bool = False


Explain = Callable[..., Explication]


@pytest.fixture
def explained(tmp_path: Path) -> Explain:
    """Explain an indicator over these sources; other arguments are settings of the campaign."""

    def call(code: str, *sources: Fournit, finess: str = UN, **reglages: Any) -> Explication:
        rules = CAMPAGNE.reglages.model_copy(update=reglages)
        classes = {f"essai{rank}": _source(f"essai{rank}", one) for rank, one in enumerate(sources)}
        demande = Demande(
            fenetre=FENETRE,
            campagne=CAMPAGNE.model_copy(update={"reglages": rules, "indicateurs": (*CAMPAGNE.indicateurs, DOCUMENTS)}),
            ej="010000024",
            projet="essai",
            etablissements=tuple(EtablissementDemande(finess=f, fuseau="Europe/Paris") for f in (UN, DEUX)),
            fuseau_og="Europe/Paris",
            sources=tuple(
                SourceDemande(
                    nom=name,
                    plugin=name,
                    reglages={},
                    sites=one.carte or {"A": UN, "A2": UN, "B": DEUX},
                    fournit=one.fournit,
                    cumule=one.cumule,
                )
                for name, one in zip(classes, sources, strict=True)
            ),
            cle_pseudonyme=b"p" * 32,
            cle_site=b"s" * 32,
            dossier=tmp_path,
        )
        catalogue = Catalogue({name: FoundSource(c, "essai", "1") for name, c in classes.items()}, {})
        convention = Convention(code="essai", campagne="generalisation-2025")
        return explain(demande, finess, code, convention, frozenset(), catalogue)

    return call


def _source(name: str, given: Fournit) -> type[RecordSource]:
    def method(rows: list[Any], *, bare: bool) -> Any:
        return (lambda self: iter(rows)) if bare else (lambda self, periode: iter(rows))

    members: dict[str, Any] = {
        "nom": name,
        "logiciel": Logiciel("Essai", "1"),
        "espace_usagers": given.espace,
        "dates": Jour(),
        "etablissements": lambda self: iter(given.sites),
        **{r.value: method(rows, bare=r is Relation.IDENTITES) for r, rows in given.lignes.items()},
    }
    return type(name, (RecordSource,), members)


def base(**more: list[Any]) -> Fournit:
    """Three persons with a stay and an update, and a project for the first; more rows by relation."""
    lignes: dict[Relation, list[Any]] = {
        Relation.SEJOURS: [Sejour("A", who, "2026-01-01") for who in (1, 2, 3)],
        Relation.MISES_A_JOUR: [MiseAJour("A", who, DEDANS, "humain") for who in (1, 2, 3)],
        Relation.PROJETS: [Projet("A", 1, "actif", "2026-01-01")],
        Relation.EVENEMENTS: [Evenement("A", 1, DEDANS, "termine")],
        Relation.DEPOTS_DMP: [DepotDmp("A", 1, DEDANS, "k1")],
        Relation.MESSAGES_MSS: [MessageMss("A", DEDANS, None, "m1")],
    }
    for name, rows in more.items():
        relation = Relation(name)
        lignes[relation] = [*lignes.get(relation, []), *rows]
    return Fournit(lignes)


def rules_of(found: Explication, relation: Relation) -> dict[str, int]:
    """What each rule dropped of a relation, over its sources; checked to add up."""
    tris = [tri for tri in found.tris if tri.relation is relation]
    assert tris
    assert found.ecarts == ()
    assert all(tri.lues == tri.retenues + sum(e.nombre for e in tri.ecartees) for tri in tris)
    return {each.regle: each.nombre for tri in tris for each in tri.ecartees}


def steps_of(found: Explication, compte: Compte) -> dict[str, int]:
    """What each rule dropped on the way to a count, but for those that dropped nothing."""
    [etape] = [etape for etape in found.etapes if etape.compte is compte]
    return {each.regle: each.nombre for each in etape.ecartees if each.nombre}


@pytest.mark.parametrize(
    ("regle", "sejour"),
    [
        ("sans_date", Sejour("A", 9, "")),
        ("date_illisible", Sejour("A", 9, "2026-13-45")),
        ("date_illisible", Sejour("A", 9, "2026-01-01", "hier")),
        ("avant", Sejour("A", 9, "2026-01-01", "2026-07-31")),
        ("apres", Sejour("A", 9, "2026-11-01")),
        ("sans_usager", Sejour("A", "  ", "2026-01-01")),
    ],
)
def test_a_stay_that_is_dropped(explained: Explain, regle: str, sejour: Sejour) -> None:
    found = explained("taux_dossiers_actifs", base(sejours=[sejour]))
    assert rules_of(found, Relation.SEJOURS) == {regle: 1}
    assert found.expliques[Compte.PERSONNES_ACCOMPAGNEES] == 3


@pytest.mark.parametrize("sejour", [Sejour("A", 9, "2026-10-31"), Sejour("A", 9, "2026-01-01", "2026-08-01")])
def test_a_stay_on_either_bound_is_kept(explained: Explain, sejour: Sejour) -> None:
    found = explained("taux_dossiers_actifs", base(sejours=[sejour]))
    assert rules_of(found, Relation.SEJOURS) == {}
    assert found.expliques[Compte.PERSONNES_ACCOMPAGNEES] == 4


def test_the_year_of_the_setting_annee_keeps_who_left_before_the_window(explained: Explain) -> None:
    sejour = Sejour("A", 9, "2020-01-01", "2026-02-01")
    assert rules_of(explained("taux_dossiers_actifs", base(sejours=[sejour])), Relation.SEJOURS) == {"avant": 1}
    found = explained("taux_dossiers_actifs", base(sejours=[sejour]), base_personnes="annee")
    assert rules_of(found, Relation.SEJOURS) == {}
    assert found.expliques[Compte.PERSONNES_ACCOMPAGNEES] == 4


@pytest.mark.parametrize(
    ("regle", "maj"),
    [
        ("sans_date", MiseAJour("A", 1, "")),
        ("date_illisible", MiseAJour("A", 1, "31/10/2026")),
        ("avant", MiseAJour("A", 1, "2026-07-31")),
        ("apres", MiseAJour("A", 1, "2026-11-01")),
        ("sans_usager", MiseAJour("A", None, DEDANS)),  # type: ignore[arg-type] # what a source may hand over
        ("automate", MiseAJour("A", 1, DEDANS, "Automate ")),
        ("auteur_inconnu", MiseAJour("A", 1, DEDANS, "robot")),
        ("sans_sejour", MiseAJour("A", 99, DEDANS, "humain")),
    ],
)
def test_an_update_that_is_dropped(explained: Explain, regle: str, maj: MiseAJour) -> None:
    found = explained("taux_dossiers_actifs", base(mises_a_jour=[maj]))
    assert rules_of(found, Relation.MISES_A_JOUR) == {regle: 1}
    assert found.expliques[Compte.DOSSIERS_ACTIFS] == 3


@pytest.mark.parametrize(
    ("regle", "projet"),
    [
        ("date_illisible", Projet("A", 2, "actif", "jadis")),
        ("jamais", Projet("A", 2, "actif", "2026-09-02", "2026-09-01")),
        ("avant", Projet("A", 2, "actif", "2026-01-01", "2026-07-31")),
        ("apres", Projet("A", 2, "actif", "2026-11-01")),
        ("sans_usager", Projet("A", "", "actif")),
        ("statut_inconnu", Projet("A", 2, "brouillon")),
        ("statut_ne_compte_pas", Projet("A", 2, "suspendu")),
        ("sans_sejour", Projet("A", 99, "actif")),
        ("fini_avant", Projet("A", 2, "actif", None, "2026-10-30")),
    ],
)
def test_a_project_that_is_dropped(explained: Explain, regle: str, projet: Projet) -> None:
    found = explained("taux_projet_personnalise", base(projets=[projet]))
    assert rules_of(found, Relation.PROJETS) == {regle: 1}
    assert found.expliques[Compte.DOSSIERS_ACTIFS_PROJET] == 1


def test_a_project_is_asked_for_on_the_day_of_the_exit(explained: Explain) -> None:
    more = {
        "sejours": [Sejour("A", 9, "2026-01-01", "2026-08-16")],
        "mises_a_jour": [MiseAJour("A", 9, "2026-08-10")],
        "projets": [Projet("A", 9, "actif", "2026-08-17")],
    }
    assert rules_of(explained("taux_projet_personnalise", base(**more)), Relation.PROJETS) == {"commence_apres": 1}
    found = explained("taux_projet_personnalise", base(**more), projet="un_jour")
    assert rules_of(found, Relation.PROJETS) == {}


@pytest.mark.parametrize(
    ("regle", "evenement"),
    [
        ("avant", Evenement("A", 2, "2026-07-31")),
        ("apres", Evenement("A", 2, "2026-11-01")),
        ("annule", Evenement("A", 2, DEDANS, "annule")),
        ("statut_inconnu", Evenement("A", 2, DEDANS, "reporte")),
        ("sans_sejour", Evenement("A", 99, DEDANS)),
    ],
)
def test_an_event_that_is_dropped(explained: Explain, regle: str, evenement: Evenement) -> None:
    found = explained("taux_evenement_agenda", base(evenements=[evenement]))
    assert rules_of(found, Relation.EVENEMENTS) == {regle: 1}
    assert found.expliques[Compte.DOSSIERS_ACTIFS_AGENDA] == 1


def test_with_the_setting_tout_an_event_of_any_day_before_the_end_is_kept(explained: Explain) -> None:
    rows = [Evenement("A", 2, "2020-02-03"), Evenement("A", 3, "2026-11-01")]
    found = explained("taux_evenement_agenda", base(evenements=rows), agenda="tout")
    assert rules_of(found, Relation.EVENEMENTS) == {"apres": 1}
    assert found.expliques[Compte.DOSSIERS_ACTIFS_AGENDA] == 2


def test_deposits_ask_for_a_stay_and_for_eligibility_unless_the_campaign_asks_for_nothing(explained: Explain) -> None:
    more = {
        "sejours": [Sejour("A", 8, "2026-01-01", None, "refus_usager")],
        "depots_dmp": [DepotDmp("A", 99, DEDANS, "k2"), DepotDmp("A", 8, DEDANS, "k3"), DepotDmp("A", 1, DEDANS, "k4")],
    }
    found = explained("taux_dmp", base(**more))
    assert rules_of(found, Relation.DEPOTS_DMP) == {"sans_sejour": 1, "non_eligible": 1}
    assert steps_of(found, Compte.PERSONNES_ELIGIBLES) == {"motif_refus_usager": 1}
    assert steps_of(found, Compte.DMP_ALIMENTES) == {"aucun_depot": 2}

    free = explained("taux_dmp", base(**more), dmp="sans_condition")
    assert rules_of(free, Relation.DEPOTS_DMP) == {}
    assert steps_of(free, Compte.DMP_ALIMENTES) == {"autre_depot": 1}
    assert free.expliques[Compte.DMP_ALIMENTES] == 3


def test_a_reason_the_campaign_does_not_admit_excludes_nobody(explained: Explain) -> None:
    found = explained("taux_mss", base(sejours=[Sejour("A", 8, "2026-01-01", None, "autre")]), motifs_admis=())
    assert found.expliques[Compte.PERSONNES_ELIGIBLES] == 4
    assert steps_of(found, Compte.PERSONNES_ELIGIBLES) == {}


def test_a_key_seen_twice_in_one_site_or_in_two_is_one_fact(explained: Explain) -> None:
    rows = [MessageMss("A", DEDANS, None, " m1 "), MessageMss("A2", DEDANS, None, "m1"), MessageMss("A", DEDANS)]
    found = explained("taux_mss", base(messages_mss=rows))
    assert rules_of(found, Relation.MESSAGES_MSS) == {}
    assert steps_of(found, Compte.MESSAGES_MSS) == {"meme_cle": 2}
    assert found.expliques[Compte.MESSAGES_MSS] == 2


def test_documents_are_counted_without_their_persons(explained: Explain) -> None:
    rows = [DepotDmp("A", 99, DEDANS, "k2"), DepotDmp("A", 1, DEDANS, "k1"), DepotDmp("A", 1, "2026-07-31", "k9")]
    found = explained("nb_documents_dmp", base(depots_dmp=rows))
    assert rules_of(found, Relation.DEPOTS_DMP) == {"avant": 1}
    assert steps_of(found, Compte.DOCUMENTS_DMP) == {"meme_cle": 1}
    assert found.expliques == {Compte.DOCUMENTS_DMP: 2}
    assert found.personnes is None


def test_several_stays_several_sites_and_merged_files_are_one_person(explained: Explain) -> None:
    more = {
        "sejours": [Sejour("A", 1, "2026-09-01"), Sejour("A2", 2, "2026-09-01"), Sejour("A", 30, "2026-09-01")],
        "identites": [Identite("dui.usager", 30, "dui.usager", 3)],
    }
    found = explained("taux_dossiers_actifs", base(**more))
    assert steps_of(found, Compte.PERSONNES_ACCOMPAGNEES) == {
        "autre_sejour": 1,
        "autre_site": 1,
        "identifiants_reunis": 1,
    }
    assert found.expliques[Compte.PERSONNES_ACCOMPAGNEES] == 3


def test_another_establishment_is_not_read_and_a_site_the_source_does_not_list_is_said(explained: Explain) -> None:
    given = base(sejours=[Sejour("B", 8, "2026-01-01"), Sejour("A2", 9, "2026-01-01")])
    given.sites = ("A", "B")
    found = explained("taux_dossiers_actifs", given)
    assert rules_of(found, Relation.SEJOURS) == {"site_non_liste": 1}
    assert [tri.lues for tri in found.tris if tri.relation is Relation.SEJOURS] == [4]
    assert "ne liste pas le site A2" in found.remarques[0]


def test_sources_that_complete_each_other_are_sorted_each_and_counted_together(explained: Explain) -> None:
    dui = base()
    dui.fournit = (Relation.SEJOURS, Relation.MISES_A_JOUR)
    autre = Fournit(
        {
            Relation.PROJETS: [Projet("X", "P2", "actif"), Projet("X", "P7", "actif")],
            Relation.MISES_A_JOUR: [MiseAJour("X", "P2", DEDANS)],
            Relation.IDENTITES: [Identite("autre.usager", "P2", "dui.usager", 2)],
        },
        sites=("X",),
        espace="autre.usager",
        carte={"X": UN},
        fournit=(Relation.PROJETS,),
    )
    found = explained("taux_projet_personnalise", dui, autre)
    assert {(tri.source, tri.relation) for tri in found.tris} == {
        ("essai0", Relation.SEJOURS),
        ("essai0", Relation.MISES_A_JOUR),
        ("essai1", Relation.PROJETS),
    }
    assert rules_of(found, Relation.PROJETS) == {"sans_sejour": 1}
    assert found.expliques[Compte.DOSSIERS_ACTIFS_PROJET] == 1


def test_sources_that_are_added_up_are_each_shown(explained: Explain) -> None:
    one, two = base(), base(sejours=[Sejour("A", 4, "2026-01-01")])
    one.cumule = two.cumule = True
    found = explained("taux_dossiers_actifs", one, two)
    assert [tri.retenues for tri in found.tris if tri.relation is Relation.SEJOURS] == [3, 4]
    assert found.expliques[Compte.PERSONNES_ACCOMPAGNEES] == 4
    assert found.ecarts == ()


def test_the_identity_map_of_a_source_that_serves_others_is_followed(explained: Explain) -> None:
    registre = Fournit(
        {Relation.IDENTITES: [Identite("dui.usager", 30, "dui.usager", 3)], Relation.MESSAGES_MSS: []},
        sites=("Z",),
        espace="registre",
        carte={"Z": DEUX},
    )
    dui = base(sejours=[Sejour("A", 30, "2026-01-01")])
    dui.carte = {"A": UN}
    found = explained("taux_dossiers_actifs", dui, registre)
    assert steps_of(found, Compte.PERSONNES_ACCOMPAGNEES) == {"identifiants_reunis": 1}
    assert found.ecarts == ()


def test_what_nobody_supplies_is_said_and_is_not_zero(explained: Explain) -> None:
    given = base()
    del given.lignes[Relation.PROJETS]
    found = explained("taux_projet_personnalise", given)
    assert found.expliques == {Compte.DOSSIERS_ACTIFS: 3}
    assert found.indicateur.numerateur is None
    assert any("Aucune source ne fournit à cet établissement : projets." in each for each in found.remarques)


def test_counts_given_ready_made_have_nothing_to_explain(tmp_path: Path) -> None:
    class Tout(CountSource):
        nom = "tout"
        logiciel = Logiciel("Tout", "1")

        def etablissements(self) -> Iterable[str]:
            return ["A"]

        def comptes(self, fenetre: Fenetre) -> Iterable[ComptesFournis]:
            yield ComptesFournis("A", {Compte.PERSONNES_ACCOMPAGNEES: 62, Compte.DOSSIERS_ACTIFS: 57})

    demande = Demande(
        fenetre=FENETRE,
        campagne=CAMPAGNE,
        ej="010000024",
        projet="essai",
        etablissements=(EtablissementDemande(finess=UN, fuseau="Europe/Paris"),),
        fuseau_og="Europe/Paris",
        sources=(SourceDemande(nom="tout", plugin="tout", reglages={}, sites={"A": UN}),),
        cle_pseudonyme=b"p" * 32,
        cle_site=b"s" * 32,
        dossier=tmp_path,
    )
    catalogue = Catalogue({"tout": FoundSource(Tout, "essai", "1")}, {})
    convention = Convention(code="essai", campagne="generalisation-2025")
    found = explain(demande, UN, "taux_dossiers_actifs", convention, frozenset(), catalogue)
    assert (found.indicateur.numerateur, found.indicateur.denominateur) == (57, 62)
    assert (found.tris, found.etapes, found.expliques, found.personnes) == ((), (), {}, None)
    assert found.donnes == {Compte.PERSONNES_ACCOMPAGNEES, Compte.DOSSIERS_ACTIFS}
    assert found.remarques[0].startswith("Donnés tout faits par la source « tout »")
    with pytest.raises(ConfigurationError) as refused:
        explain(demande, DEUX, "taux_dossiers_actifs", convention, frozenset(), catalogue)
    assert refused.value.code == "etablissement_sans_source"


def test_figures_that_a_sign_blocks_are_explained_all_the_same(explained: Explain) -> None:
    strangers = [MiseAJour("A", f"D{rank}", DEDANS) for rank in range(6)]
    given = base()
    given.lignes[Relation.MISES_A_JOUR] = list(strangers)
    found = explained("taux_dossiers_actifs", given)
    assert found.blocage is not None
    assert "aucun séjour" in found.blocage
    assert rules_of(found, Relation.MISES_A_JOUR) == {"sans_sejour": 6}
    assert found.expliques[Compte.DOSSIERS_ACTIFS] == 0


def test_a_row_of_another_shape_is_the_plugins_fault_and_is_not_quoted(explained: Explain) -> None:
    with pytest.raises(PluginError) as refused:
        explained("taux_dossiers_actifs", base(sejours=[("A", "DUPONT", "2026-01-01")]))
    assert refused.value.code == "plugin_ligne"
    assert "DUPONT" not in refused.value.phrase()


def test_an_indicator_that_does_not_exist_is_refused_before_anything_is_read(explained: Explain) -> None:
    with pytest.raises(ConfigurationError) as refused:
        explained("taux_de_sucre", base())
    assert refused.value.code == "indicateur_inconnu"
    assert "taux_mss" in refused.value.remede


def test_no_identifier_is_in_what_an_explanation_says_of_itself(explained: Explain) -> None:
    given = base(sejours=[Sejour("A", "USAGER-X", "2026-01-01")], mises_a_jour=[MiseAJour("A", "USAGER-Y", DEDANS)])
    found = explained("taux_dossiers_actifs", given)
    assert found.personnes is not None
    assert found.personnes[0].usagers == ("USAGER-X",)
    assert "USAGER" not in repr(found)
    assert "USAGER" not in repr(found.personnes)
