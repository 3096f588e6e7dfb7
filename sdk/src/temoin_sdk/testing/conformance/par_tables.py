"""Way (a) for SQL: tables made from what the SELECTs name, filled by the editor's loader."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from copy import copy
from pathlib import Path
from typing import Any, ClassVar

from temoin_sdk.contract import SqlSource
from temoin_sdk.mapping import build_source, read_mapping
from temoin_sdk.testing.conformance.epreuve import epreuve, fail, skip
from temoin_sdk.testing.conformance.essai import Essai
from temoin_sdk.testing.conformance.par_scenario import SourceConformance
from temoin_sdk.testing.outcomes import NiveauEpreuve
from temoin_sdk.testing.scenario.building import Jeu
from temoin_sdk.testing.scenario.concepts import Concept
from temoin_sdk.testing.scenario.facts import Scenario
from temoin_sdk.testing.scenario.without import leave_out
from temoin_sdk.testing.supplying.database import Place, chosen_place, filled, state_of
from temoin_sdk.testing.supplying.named import Named, named_in
from temoin_sdk.testing.supplying.tables import Ligne, Tables


class SqlConformance(SourceConformance):
    """Inherit for a SqlSource. Write `charger`: the scenario into your tables, one `insert` per row.

    The tables are those your SELECTs and your loader name, or those of `schema`, your own DDL (text or file). The base
    is a SQLite file, or the empty one that TEMOIN_KIT_URL names. `reglages` are further settings of the source.
    """

    source: ClassVar[type[SqlSource]]
    schema: ClassVar[Path | str | None] = None
    reglages: ClassVar[Mapping[str, Any]] = {}
    _place: Place

    def charger(self, tables: Tables, scenario: Scenario) -> None:
        """Write the scenario."""
        raise NotImplementedError("écrire charger(self, tables, scenario)")

    @contextmanager
    def ouvrir(self, scenario: Scenario) -> Iterator[Mapping[str, Any]]:
        """The database, filled by `charger`."""
        tables = self._loaded(scenario)
        schema = self.schema.read_text("utf-8") if isinstance(self.schema, Path) else self.schema
        shape = self._named(self._place.moteur, tables) if schema is None else schema
        with filled(self._place, tables, shape):
            yield {**self._place.settings(), **self.reglages}

    def _named(self, moteur: str, tables: Tables) -> Named:
        texts = {relation.value: one.texte for relation, one in self.source.texts().items()}
        if self.source.logiciel.version_sql:
            texts["version_sql"] = self.source.logiciel.version_sql
        return named_in(texts, moteur, tables)

    def _loaded(self, scenario: Scenario) -> Tables:
        tables = Tables()
        self.charger(tables, scenario)
        return tables

    def _opened(self, opened: ExitStack, scenario: Scenario, folder: Path) -> Mapping[str, Any]:
        self._place = chosen_place(folder)
        return super()._opened(opened, scenario, folder)

    def _moteur(self) -> str | None:
        return self._place.moteur

    def _state(self) -> object:
        return state_of(self._place)

    @epreuve("colonnes", "Le chargeur écrit chaque colonne que les SELECT lisent")
    def test_loader_writes_what_texts_read(self, essai: Essai) -> None:
        if self.schema is not None:
            skip("le schéma est celui de l'éditeur : la base elle-même refuse une colonne qui n'existe pas")
        tables = self._loaded(self._jeu(essai).scenario)
        unwritten = self._named(essai.moteur or "sqlite", tables).unwritten(tables)
        if unwritten:
            fail(
                f"Les SELECT lisent des colonnes que le chargeur n'écrit jamais : {', '.join(unwritten)}.\n"
                "  Le kit les a créées vides : une faute de frappe passerait.\n"
                "  Que faire : corriger leur nom, ou les écrire dans charger() (None convient), ou donner le schéma."
            )

    @epreuve("chargement", "Le chargeur écrit tout ce que le scénario raconte", NiveauEpreuve.RECOMMANDE)
    def test_loader_writes_every_kind(self, essai: Essai) -> None:
        jeu = self._jeu(essai)
        written = _rows(self._loaded(jeu.scenario))
        silent = [
            one.value for one in Concept if one not in self.sans and self._same_without(jeu.scenario, one, written)
        ]
        if silent:
            fail(
                f"Le chargeur écrit la même chose que ces faits existent ou non : {', '.join(silent)}.\n"
                "  Que faire : les écrire dans les tables (c'est au SELECT de les écarter ; pour la casse, "
                "« fait.ecrire(mot) »), ou dire dans « sans » pourquoi le logiciel n'en a pas."
            )

    def _jeu(self, essai: Essai) -> Jeu:
        assert essai.jeu is not None  # noqa: S101 - the fixture of this class always has one
        return essai.jeu

    def _same_without(self, scenario: Scenario, concept: Concept, written: dict[str, list[Ligne]]) -> bool:
        """Whether leaving this concept out changes the scenario, and yet nothing of what is written."""
        reduced = copy(scenario)
        leave_out(reduced, {concept})
        return reduced != scenario and _rows(self._loaded(reduced)) == written


def _rows(tables: Tables) -> dict[str, list[Ligne]]:
    return {name: tables.rows(name) for name in tables.names()}


def source_du_mapping(fichier: Path) -> type[SqlSource]:
    """The class of a mapping file, for `source`; the certificate will be the file's."""
    classe = build_source(read_mapping(fichier), fichier=fichier)
    classe.fichier_mapping = fichier  # type: ignore[attr-defined] # read by the recording plugin alone
    return classe
