"""Way (b): the editor's own demo database and a sheet of expected persons, checked line by line."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from sqlalchemy import make_url

from temoin_sdk.contract import ReglagesSql
from temoin_sdk.finess import zone_of
from temoin_sdk.testing.comparing import read_persons
from temoin_sdk.testing.conformance.commun import EpreuvesCommunes
from temoin_sdk.testing.conformance.epreuve import epreuve, fail, skip, told_plainly
from temoin_sdk.testing.conformance.essai import Essai
from temoin_sdk.testing.outcomes import NiveauEpreuve, Voie
from temoin_sdk.testing.running import HABITUELS, Lieu
from temoin_sdk.testing.sheet import COLONNES, Attendue, read_sheet
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

PERSONNES_MIN: Final = 30
_SHOWN: Final = 8


class FeuilleConformance(EpreuvesCommunes):
    """Inherit where the schema is too entangled for a loader.

    `feuille` is the sheet (temoin_sdk.testing.sheet), `fenetre` the window it speaks of, `reglages` the settings that
    reach the demo database, `sites` its site codes and the FINESS given to each. `totaux`: by FINESS, counts that the
    editor knows of that window (messages, prescriptions), for what no person carries.
    """

    voie: ClassVar[Voie] = Voie.FEUILLE
    feuille: ClassVar[Path]
    fenetre: ClassVar[Fenetre]
    reglages: ClassVar[Mapping[str, Any]]
    sites: ClassVar[Mapping[str, str]]
    totaux: ClassVar[Mapping[str, Mapping[Compte, int]]] = {}

    def etat(self) -> object:
        """Something that differs if the demo base was written to; None when that cannot be told."""
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
        """The source over the demo database, counted in the window of the sheet."""
        folder.mkdir(parents=True, exist_ok=True)
        expected = read_sheet(cls.feuille)
        codes: dict[str, tuple[str, ...]] = {}
        for code, finess in cls.sites.items():
            codes[finess] = (*codes.get(finess, ()), code)
        one = cls()
        essai = Essai(
            classe=cls.source,
            voie=cls.voie,
            settings=cls.reglages,
            lieux=tuple(Lieu(finess, zone_of(finess), its) for finess, its in sorted(codes.items())),
            dossier=folder,
            moteur=cls._moteur(),
            personnes=len(expected),
            canaris=frozenset(each.usager for each in expected if len(each.usager) >= 6),
        )
        if (before := one.etat()) is not None:
            essai.state_before, essai.state = before, one.etat
        essai.passages = [essai.run(cls.fenetre, HABITUELS)]
        yield essai

    @classmethod
    def _moteur(cls) -> str | None:
        if issubclass(cls.source.Reglages, ReglagesSql) and "url" in cls.reglages:
            return make_url(str(cls.reglages["url"])).get_backend_name()
        return None

    @epreuve("feuille_suffisante", f"La feuille dit assez : {PERSONNES_MIN} personnes, et des oui comme des non")
    def test_sheet_says_enough(self) -> None:
        expected = read_sheet(self.feuille)
        if len(expected) < PERSONNES_MIN:
            fail(f"La feuille a {len(expected)} personnes, il en faut au moins {PERSONNES_MIN}.")
        if stray := sorted({each.code for each in expected} - self.sites.keys()):
            fail(f"La feuille nomme des sites que « sites » n'a pas : {', '.join(stray)}.")
        present = [each.drapeaux for each in expected if each.drapeaux is not None]
        if len(present) == len(expected):
            fail("Aucune personne de la feuille n'est « non accompagnée » : en mettre quelques-unes, sorties avant.")
        told = Counter(name for flags in present for name, flag in COLONNES.items() if flag in flags)
        for name in COLONNES:
            if self._is_supplied(name) and not 0 < told[name] < len(present):
                fail(f"Colonne {name} : la même réponse partout ne prouve rien ; il faut des oui et des non.")

    @epreuve("personnes_de_la_feuille", "Chaque personne de la feuille est comptée comme la feuille le dit")
    def test_every_person_of_the_sheet(self, essai: Essai) -> None:
        passage = essai.passages[0]
        if passage.resultat is None:
            fail(f"Le calcul s'est arrêté.\n{passage.refus()}")
        apart = {one.finess: one.message for one in passage.resultat.ecartes}
        counted: dict[str, dict[str, Any]] = {}
        for lieu in essai.lieux:
            if lieu.finess in apart:
                fail(f"L'établissement {lieu.finess} est écarté : {apart[lieu.finess]}")
            persons = read_persons(passage, lieu.finess)
            counted[lieu.finess] = {usager: flags for (_, usager), (flags, _) in persons.items()}
        wrong = [told for one in read_sheet(self.feuille) if (told := self._differs(one, counted)) is not None]
        if wrong:
            more = [f"… et {len(wrong) - _SHOWN} autres"] if len(wrong) > _SHOWN else []
            fail(f"{len(wrong)} personnes de la feuille, {passage.libelle()} :\n" + "\n".join([*wrong[:_SHOWN], *more]))

    def _differs(self, one: Attendue, counted: Mapping[str, Mapping[str, Any]]) -> str | None:
        found = counted[self.sites[one.code]].get(one.usager)
        if one.drapeaux is None or found is None:
            if (one.drapeaux is None) == (found is None):
                return None
            due, seen = ("non accompagnée", "comptée") if found is not None else ("accompagnée", "pas comptée")
            return f"  ligne {one.ligne} : attendue {due}, {seen}"
        names = [
            n for n, flag in COLONNES.items() if self._is_supplied(n) and (flag in one.drapeaux) != (flag in found)
        ]
        if not names:
            return None
        told = ", ".join(f"{n} attendu {'oui' if COLONNES[n] in one.drapeaux else 'non'}" for n in names)
        return f"  ligne {one.ligne} : {told}"

    def _is_supplied(self, column: str) -> bool:
        needs = {"actif": "mises_a_jour", "projet": "projets", "agenda": "evenements", "dmp": "depots_dmp"}
        supplied = {relation.value for relation in self.source.relations_fournies()}
        return needs.get(column, "sejours") in supplied

    @epreuve("totaux", "Les comptes sans personne sont ceux que l'éditeur connaît", NiveauEpreuve.RECOMMANDE)
    def test_known_totals(self, essai: Essai) -> None:
        if not self.totaux:
            skip("la classe d'essai ne donne aucun total connu (totaux)")
        passage = essai.passages[0]
        if passage.resultat is None:
            fail(f"Le calcul s'est arrêté.\n{passage.refus()}")
        figures = {one.finess: one for one in passage.resultat.etablissements}
        for finess, known in self.totaux.items():
            for compte, number in known.items():
                if figures[finess].comptes[compte] != number:
                    fail(f"{finess}, {compte.value} : attendu {number}, compté {figures[finess].comptes[compte]}.")
