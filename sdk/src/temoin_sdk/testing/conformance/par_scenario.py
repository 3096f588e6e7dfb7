"""Way (a): the kit tells a scenario, the editor's loader writes it, every count and every person is compared."""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest

from temoin_sdk.testing.comparing import Difference, compare, phrase_of
from temoin_sdk.testing.conformance.commun import EpreuvesCommunes
from temoin_sdk.testing.conformance.declared import check_declared
from temoin_sdk.testing.conformance.epreuve import epreuve, fail, skip, told_plainly
from temoin_sdk.testing.conformance.essai import Essai
from temoin_sdk.testing.outcomes import Voie
from temoin_sdk.testing.reference.calculator import calculate
from temoin_sdk.testing.running import HABITUELS, LARGES, Lieu, Passage
from temoin_sdk.testing.scenario.building import Jeu, build, tellable
from temoin_sdk.testing.scenario.concepts import Concept
from temoin_sdk.testing.scenario.expected import Knowledge, expected_base
from temoin_sdk.testing.scenario.facts import Scenario
from temoin_sdk.testing.scenario.frame import AUTOMNE, HIVER
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.testing.scenario.themes import THEMES
from temoin_sdk.testing.scenario.without import leave_out_words
from temoin_sdk.vocabulary import Compte, MotifNonEligible, Relation, StatutProjet

GRAINE: Final = "TEMOIN_KIT_GRAINE"
_GRAINE: Final = 20_251_101
_THEMES: Final = {theme.code: theme for theme in THEMES}

_COUNTED: Final[Mapping[Relation, Compte]] = {
    Relation.SEJOURS: Compte.PERSONNES_ACCOMPAGNEES,
    Relation.MISES_A_JOUR: Compte.DOSSIERS_ACTIFS,
    Relation.PROJETS: Compte.DOSSIERS_ACTIFS_PROJET,
    Relation.EVENEMENTS: Compte.DOSSIERS_ACTIFS_AGENDA,
    Relation.MESSAGES_MSS: Compte.MESSAGES_MSS,
    Relation.DEPOTS_DMP: Compte.DOCUMENTS_DMP,
    Relation.PRESCRIPTIONS: Compte.PRESCRIPTIONS_IMPORTEES,
    Relation.ECHANGES_EPARCOURS: Compte.ECHANGES_EPARCOURS,
}


class SourceConformance(EpreuvesCommunes):
    """Inherit for any source. Write `ouvrir`: put the scenario into the software, or a double of it.

    `usagers` is the form identifiers of persons take (entiers, textes, uuid); `codes` that of sites (libres, finess).
    `sans` names what the software does not have, each with a reason; `motifs_absents` and `statuts_absents` which
    reasons of non-eligibility and which states of a project its own lists do not have, when they have the others.
    """

    voie: ClassVar[Voie] = Voie.SCENARIO
    usagers: ClassVar[str] = "entiers"
    codes: ClassVar[str] = "libres"
    sans: ClassVar[Mapping[Concept, str]] = {}
    motifs_absents: ClassVar[Mapping[MotifNonEligible, str]] = {}
    statuts_absents: ClassVar[Mapping[StatutProjet, str]] = {}
    themes: ClassVar[frozenset[str] | None] = None
    """Only these themes are told, while a SELECT is being mended; the certificate wants them all."""

    def ouvrir(self, scenario: Scenario) -> AbstractContextManager[Mapping[str, Any]]:
        """The settings of the source, for as long as the software holds the scenario."""
        raise NotImplementedError("écrire ouvrir(self, scenario)")

    def etat(self) -> object:
        """Something that differs if the software was written to; None when that cannot be told."""
        return None

    @pytest.fixture(scope="class")
    @classmethod
    def essai(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Essai]:
        """What the tests of the class share."""
        with told_plainly(), cls.essayer(tmp_path_factory.mktemp("essai")) as essai:
            yield essai

    @classmethod
    @contextmanager
    def essayer(cls, folder: Path) -> Iterator[Essai]:
        """The source over the scenario, counted in both windows, and in the second with the widest settings."""
        check_declared(cls)
        folder.mkdir(parents=True, exist_ok=True)
        classe = cls.source
        jeu = build(int(os.environ.get(GRAINE, _GRAINE)), cls.usagers, cls.sans, cls.codes, cls.themes)
        leave_out_words(jeu.scenario, cls.motifs_absents, cls.statuts_absents)
        one = cls()
        with ExitStack() as opened:
            essai = Essai(
                classe=classe,
                voie=cls.voie,
                settings=one._opened(opened, jeu.scenario, folder),
                lieux=tuple(Lieu(s.finess, s.fuseau, (s.code,)) for s in jeu.scenario.sites if s.finess),
                dossier=folder,
                moteur=one._moteur(),
                jeu=jeu,
                personnes=len(jeu.scenario.personnes),
                canaris=_canaris(jeu.scenario),
            )
            if (before := one._state()) is not None:
                essai.state_before, essai.state = before, one._state
            essai.passages = [
                essai.run(HIVER, HABITUELS),
                essai.run(AUTOMNE, HABITUELS),
                essai.run(AUTOMNE, LARGES),
            ]
            yield essai

    def _opened(self, opened: ExitStack, scenario: Scenario, folder: Path) -> Mapping[str, Any]:
        return opened.enter_context(self.ouvrir(scenario))

    def _moteur(self) -> str | None:
        return None

    def _state(self) -> object:
        return self.etat()

    def _compare(self, essai: Essai, code: str) -> None:
        theme, jeu = _THEMES[code], essai.jeu
        assert jeu is not None  # noqa: S101 - the fixture of this class always has one
        if (motif := tellable(theme, self.sans, self.usagers)) is not None:
            skip(motif)
        if code not in jeu.sites:
            skip("thème laissé de côté par la classe d'essai (themes)")
        supplied = essai.classe.relations_fournies()
        if not supplied & set(theme.relations):
            skip(f"non fournie : {', '.join(sorted(one.value for one in theme.relations))}")
        found = list(differences(essai, jeu, self._known(), code))
        if found:
            head = f"{theme.titre} : {len(found)} différences (graine {jeu.scenario.graine})."
            fail(head + phrase_of(found, theme.regle))

    def _expected(self, essai: Essai, passage: Passage, compte: Compte) -> int:
        jeu = essai.jeu
        assert jeu is not None  # noqa: S101 - the fixture of this class always has one
        codes = [code for lieu in essai.lieux for code in lieu.codes]
        base = expected_base(jeu.scenario, self._known(), passage.fenetre, passage.reglages, codes)
        return sum(calculate(base, place).comptes[compte] or 0 for place in base.etablissements)

    def _known(self) -> Knowledge:
        classe = self.source
        return Knowledge(self.sans, classe.ne_sait_pas, classe.relations_fournies(), classe.espace_usagers)

    @epreuve("non_fourni", "Ce que le logiciel ne peut pas dire est non fourni, jamais 0")
    def test_not_supplied_is_not_zero(self, essai: Essai) -> None:
        for relation in sorted(essai.classe.relations_fournies() & _COUNTED.keys()):
            compte = _COUNTED[relation]
            for passage in essai.passages:
                if passage.resultat is None:
                    fail(f"Le calcul s'est arrêté.\n{passage.refus()}")
                counted = sum(figures.comptes[compte] or 0 for figures in passage.resultat.etablissements)
                if not counted and self._expected(essai, passage, compte):
                    fail(
                        f"La relation {relation.value} est fournie, et {compte.value} vaut 0 partout "
                        f"{passage.libelle()}, alors que le scénario en a.\n"
                        "  Que faire : si le logiciel a ces faits, relire le SELECT (colonne, mot, date) ; sinon, "
                        "retirer la relation.\n"
                        f"  Règle {Regle.NON_FOURNI.name} : {Regle.NON_FOURNI.value}"
                    )

    @epreuve("instants", _THEMES["instants"].titre)
    def test_first_and_last_instant(self, essai: Essai) -> None:
        self._compare(essai, "instants")

    @epreuve("jours", _THEMES["jours"].titre)
    def test_first_and_last_day(self, essai: Essai) -> None:
        self._compare(essai, "jours")

    @epreuve("fins_de_mois", _THEMES["fins_de_mois"].titre)
    def test_leap_day_and_month_ends(self, essai: Essai) -> None:
        self._compare(essai, "fins_de_mois")

    @epreuve("passe", _THEMES["passe"].titre)
    def test_later_fact_hides_nothing(self, essai: Essai) -> None:
        self._compare(essai, "passe")

    @epreuve("etats_passes", _THEMES["etats_passes"].titre)
    def test_former_state_of_a_project(self, essai: Essai) -> None:
        self._compare(essai, "etats_passes")

    @epreuve("changements_d_heure", _THEMES["changements_d_heure"].titre)
    def test_both_days_of_clock_change(self, essai: Essai) -> None:
        self._compare(essai, "changements_d_heure")

    @epreuve("decalage", _THEMES["decalage"].titre)
    def test_local_hour_near_bounds(self, essai: Essai) -> None:
        self._compare(essai, "decalage")

    @epreuve("outre_mer", _THEMES["outre_mer"].titre)
    def test_overseas_clocks(self, essai: Essai) -> None:
        self._compare(essai, "outre_mer")

    @epreuve("jours_outre_mer", _THEMES["jours_outre_mer"].titre)
    def test_days_overseas(self, essai: Essai) -> None:
        self._compare(essai, "jours_outre_mer")

    @epreuve("absences", _THEMES["absences"].titre)
    def test_absence_is_no_exit(self, essai: Essai) -> None:
        self._compare(essai, "absences")

    @epreuve("readmissions", _THEMES["readmissions"].titre)
    def test_several_stays_one_person(self, essai: Essai) -> None:
        self._compare(essai, "readmissions")

    @epreuve("prevus", _THEMES["prevus"].titre)
    def test_planned_or_cancelled_stays(self, essai: Essai) -> None:
        self._compare(essai, "prevus")

    @epreuve("motifs", _THEMES["motifs"].titre)
    def test_reasons_of_non_eligibility(self, essai: Essai) -> None:
        self._compare(essai, "motifs")

    @epreuve("dossiers", _THEMES["dossiers"].titre)
    def test_person_and_not_record(self, essai: Essai) -> None:
        self._compare(essai, "dossiers")

    @epreuve("identifiants", _THEMES["identifiants"].titre)
    def test_identifiers_that_look_alike(self, essai: Essai) -> None:
        self._compare(essai, "identifiants")

    @epreuve("fusions", _THEMES["fusions"].titre)
    def test_merged_files(self, essai: Essai) -> None:
        self._compare(essai, "fusions")

    @epreuve("archives", _THEMES["archives"].titre)
    def test_archived_files(self, essai: Essai) -> None:
        self._compare(essai, "archives")

    @epreuve("auteurs", _THEMES["auteurs"].titre)
    def test_who_wrote(self, essai: Essai) -> None:
        self._compare(essai, "auteurs")

    @epreuve("suppressions", _THEMES["suppressions"].titre)
    def test_deleted_rows(self, essai: Essai) -> None:
        self._compare(essai, "suppressions")

    @epreuve("projets", _THEMES["projets"].titre)
    def test_states_of_projects(self, essai: Essai) -> None:
        self._compare(essai, "projets")

    @epreuve("jour_de_reference", _THEMES["jour_de_reference"].titre)
    def test_reference_day_of_projects(self, essai: Essai) -> None:
        self._compare(essai, "jour_de_reference")

    @epreuve("succession", _THEMES["succession"].titre)
    def test_successive_projects(self, essai: Essai) -> None:
        self._compare(essai, "succession")

    @epreuve("agenda", _THEMES["agenda"].titre)
    def test_states_of_events(self, essai: Essai) -> None:
        self._compare(essai, "agenda")

    @epreuve("plusieurs", _THEMES["plusieurs"].titre)
    def test_events_are_not_persons(self, essai: Essai) -> None:
        self._compare(essai, "plusieurs")

    @epreuve("groupes", _THEMES["groupes"].titre)
    def test_group_events(self, essai: Essai) -> None:
        self._compare(essai, "groupes")

    @epreuve("messages", _THEMES["messages"].titre)
    def test_drafts_received_and_receipts(self, essai: Essai) -> None:
        self._compare(essai, "messages")

    @epreuve("copies", _THEMES["copies"].titre)
    def test_one_message_to_many(self, essai: Essai) -> None:
        self._compare(essai, "copies")

    @epreuve("destinataires", _THEMES["destinataires"].titre)
    def test_recipients_told_apart(self, essai: Essai) -> None:
        self._compare(essai, "destinataires")

    @epreuve("cles", _THEMES["cles"].titre)
    def test_messages_written_twice(self, essai: Essai) -> None:
        self._compare(essai, "cles")

    @epreuve("echecs", _THEMES["echecs"].titre)
    def test_failed_and_waiting(self, essai: Essai) -> None:
        self._compare(essai, "echecs")

    @epreuve("messages_og", _THEMES["messages_og"].titre)
    def test_messages_of_the_og(self, essai: Essai) -> None:
        self._compare(essai, "messages_og")

    @epreuve("casse", _THEMES["casse"].titre)
    def test_words_in_another_case(self, essai: Essai) -> None:
        self._compare(essai, "casse")

    @epreuve("deux_etablissements", _THEMES["deux_etablissements"].titre)
    def test_person_in_two_places(self, essai: Essai) -> None:
        self._compare(essai, "deux_etablissements")

    @epreuve("personne_nulle_part", _THEMES["personne_nulle_part"].titre)
    def test_establishment_with_nobody(self, essai: Essai) -> None:
        self._compare(essai, "personne_nulle_part")

    @epreuve("isolement", _THEMES["isolement"].titre)
    def test_isolation_of_establishments(self, essai: Essai) -> None:
        self._compare(essai, "isolement")

    @epreuve("sites_inconnus", _THEMES["sites_inconnus"].titre)
    def test_sites_outside_the_project(self, essai: Essai) -> None:
        self._compare(essai, "sites_inconnus")

    @epreuve("foule", _THEMES["foule"].titre)
    def test_crowd(self, essai: Essai) -> None:
        self._compare(essai, "foule")


def differences(essai: Essai, jeu: Jeu, known: Knowledge, code: str) -> Iterator[Difference]:
    """What differs in the establishments of a theme, count by count."""
    codes = [site.code for site in jeu.sites[code]]
    for passage in essai.passages:
        base = expected_base(jeu.scenario, known, passage.fenetre, passage.reglages, codes)
        yield from compare(jeu.scenario, base, passage, og=code == "messages_og")


def _canaris(scenario: Scenario) -> frozenset[str]:
    """Words that only a row read can have brought: names, and identifiers long enough to be no accident."""
    words = {one.nom for one in scenario.personnes} | {str(one.id) for one in scenario.personnes}
    words |= {one.cle for one in scenario.messages} | {one.cle for one in scenario.depots}
    return frozenset(word for word in words if len(word) >= 6 and word.strip() == word and " " not in word)
