"""Load the configuration: read every table, resolve every name, and say every error at once."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from temoin_agent.configuration.establishments import build_etablissement, build_gestionnaire, has_right_key
from temoin_agent.configuration.models import (
    Cles,
    Configuration,
    Etablissement,
    Preuves,
    Projet,
    Recepteur,
    SourceConfiguree,
)
from temoin_agent.configuration.problems import Probleme, configuration_error, nearest
from temoin_agent.configuration.reading import Reader, read_toml
from temoin_agent.configuration.receivers import build_recepteur
from temoin_agent.configuration.secrets import check_settings
from temoin_agent.configuration.tables import (
    TableCles,
    TableEtablissement,
    TableGestionnaire,
    TablePreuves,
    TableProjet,
    TableRecepteur,
    TableSource,
)
from temoin_sdk.campaigns import LoadedCampaign, load_campaign
from temoin_sdk.contract.loading import Catalogue
from temoin_sdk.conventions import check_convention
from temoin_sdk.errors import TemoinError

_NAMES: Final = ("dossier", "gestionnaire", "cles", "preuves", "recepteurs", "projets", "etablissements", "sources")
_DOSSIER: Final = "temoin"

Ligne = TypeVar("Ligne")


def load_configuration(fichier: Path, catalogue: Catalogue | None = None) -> Configuration:
    """The checked configuration of `fichier`.

    With `catalogue` (the installed plugins) the settings of sources are checked too: commands that read no source do
    without, so that a plugin's trouble never keeps a signed report from leaving. Raises ConfigurationError (SecretError
    when only secrets are wrong) with every error of the file.
    """
    fichier = fichier.resolve()
    reader = Reader(read_toml(fichier))
    configuration = _Builder(reader, fichier, catalogue).build()
    if reader.problemes or configuration is None:
        raise configuration_error(reader.problemes, fichier)
    return configuration


class _Builder:
    """Holds what several tables need of each other while the file is checked."""

    def __init__(self, reader: Reader, fichier: Path, catalogue: Catalogue | None) -> None:
        self.reader = reader
        self.problemes = reader.problemes
        self.fichier = fichier
        self.base = fichier.parent
        self.catalogue = catalogue

    def build(self) -> Configuration | None:
        self.reader.check_names(_NAMES)
        dossier = self._dossier()
        gestionnaire = self._one("gestionnaire", TableGestionnaire, build_gestionnaire)
        cles = self.reader.table("cles", TableCles)
        preuves = self.reader.table("preuves", TablePreuves)
        recepteurs = self._recepteurs()
        etablissements = self._etablissements()
        projets = self._projets(recepteurs, etablissements)
        sources = self._sources([each.finess for each in etablissements])
        self._check_served(projets, sources)
        if gestionnaire is None or cles is None or preuves is None or self.problemes:
            return None
        return Configuration(
            self.fichier,
            dossier,
            gestionnaire,
            self._cles(cles, dossier),
            tuple(recepteurs.values()),
            tuple(projets),
            tuple(sources),
            Preuves(preuves.conservation_mois, preuves.contact),
        )

    def _dossier(self) -> Path:
        value = self.reader.data.get("dossier", _DOSSIER)
        if not isinstance(value, str) or not value:
            self._add("« dossier »", "« dossier » attend un chemin entre guillemets.", 'Écrivez dossier = "temoin".')
            value = _DOSSIER
        return self.base / value

    def _cles(self, table: TableCles, dossier: Path) -> Cles:
        """Keys lie in `dossier` unless a path says otherwise, so that one folder is the whole installation."""
        return Cles(dossier / table.signature, table.phrase, dossier / table.pseudonymes, dossier / table.site)

    def _recepteurs(self) -> dict[str, Recepteur]:
        found: dict[str, Recepteur] = {}
        tables = self._unique(self.reader.tables("recepteurs", TableRecepteur), lambda table: table.code, "code")
        for ou, table in self._unique(tables, lambda table: table.origine, "origine"):
            recepteur = build_recepteur(table, self.base, ou, self.problemes)
            if recepteur is not None:
                found[table.code] = recepteur
        return found

    def _etablissements(self) -> list[Etablissement]:
        tables = self._unique(
            self.reader.tables("etablissements", TableEtablissement), lambda table: table.finess.strip(), "finess"
        )
        known = self._declared("projets")
        found = []
        for ou, table in tables:
            for projet in table.projet:
                if projet not in known:
                    self._add(f"{ou}, « projet »", f"Le projet « {projet} » n'existe pas.", nearest(projet, known))
            etablissement = build_etablissement(table, ou, self.problemes)
            if etablissement is not None:
                found.append(etablissement)
        return sorted(found, key=lambda each: each.finess)

    def _projets(self, recepteurs: dict[str, Recepteur], etablissements: Sequence[Etablissement]) -> list[Projet]:
        tables = self._unique(self.reader.tables("projets", TableProjet), lambda table: table.code, "code")
        if not tables and not self.reader.data.get("projets"):
            self._add(
                "[[projets]]", "Aucun projet n'est déclaré.", "Ajoutez une table [[projets]] par convention signée."
            )
        known = self._declared("recepteurs")
        found = []
        for ou, table in tables:
            if table.recepteur not in known:
                self._add(
                    f"{ou}, « recepteur »",
                    f"Le récepteur « {table.recepteur} » n'existe pas.",
                    nearest(table.recepteur, known),
                )
            campagne = self._campagne(table, ou)
            siens = tuple(each for each in etablissements if table.code in each.projets)
            if not siens and not self._named_by_an_establishment(table.code):
                self._add(
                    ou,
                    "Aucun établissement n'appartient à ce projet.",
                    f'Écrivez projet = "{table.code}" dans les siens.',
                )
            if campagne is not None and table.recepteur in recepteurs:
                found.append(Projet(table.convention(), campagne, recepteurs[table.recepteur], siens))
        return found

    def _campagne(self, table: TableProjet, ou: str) -> LoadedCampaign | None:
        name = table.campagne
        try:
            campagne = load_campaign(self.base / name if name.endswith(".toml") else name)
            check_convention(campagne.campagne, table.convention())
        except TemoinError as error:
            self._add(f"{ou}, « campagne »", error.message, error.remede, error.code)
            return None
        return campagne

    def _sources(self, finess: Sequence[str]) -> list[SourceConfiguree]:
        tables = self._unique(self.reader.tables("sources", TableSource), lambda table: table.nom, "nom")
        if not tables and not self.reader.data.get("sources"):
            self._add(
                "[[sources]]", "Aucune source n'est déclarée.", "Ajoutez une table [[sources]] par logiciel à lire."
            )
        return [self._source(ou, table, finess) for ou, table in tables]

    def _check_served(self, projets: Sequence[Projet], sources: Sequence[SourceConfiguree]) -> None:
        """A project that no source serves would have nothing to report; one establishment without is its own affair."""
        served = {finess for source in sources for finess in source.sites.values()}
        for projet in projets:
            if sources and projet.etablissements and not served & {each.finess for each in projet.etablissements}:
                self._add(
                    f"[[projets]] « {projet.code} »",
                    "Aucune source ne sert les établissements de ce projet.",
                    "Nommez-les dans « etablissements » ou « sites » d'une table [[sources]].",
                )

    def _source(self, ou: str, table: TableSource, finess: Sequence[str]) -> SourceConfiguree:
        declared = {each.strip() for each in self._declared("etablissements", "finess")}
        # A number with a mistake of its own, proposed here, would spread that mistake to a second place.
        proposed = sorted({*finess, *filter(has_right_key, declared)})
        sites = {code: code for code in table.etablissements} | dict(table.sites)
        for code, each in sites.items():
            if each not in declared:
                self._add(
                    f"{ou}, site « {code} »",
                    f"L'établissement {each} n'est pas dans la configuration.",
                    "Ajoutez une table [[etablissements]] pour lui, ou corrigez le numéro. " + nearest(each, proposed),
                )
        if self.catalogue is not None:
            self.problemes += check_settings(table.plugin, table.reglages, ou, self.catalogue)
        return SourceConfiguree(
            table.nom,
            table.plugin,
            sites or {each: each for each in finess},
            table.fournit,
            table.cumule,
            table.reglages,
            ou,
        )

    def _one(
        self, name: str, classe: type[Any], build: Callable[[Any, str, list[Probleme]], Ligne | None]
    ) -> Ligne | None:
        table = self.reader.table(name, classe)
        return None if table is None else build(table, f"[{name}]", self.problemes)

    def _unique(
        self, tables: list[tuple[str, Ligne]], name_of: Callable[[Ligne], str], field: str
    ) -> list[tuple[str, Ligne]]:
        """The tables whose name comes first; a second one of the same name is an error."""
        seen: dict[str, str] = {}
        kept = []
        for ou, table in tables:
            name = name_of(table)
            if name in seen:
                self._add(
                    f"{ou}, « {field} »",
                    f"« {name} » est déjà pris par {seen[name]}.",
                    "Donnez un autre nom à l'une des deux tables, ou supprimez celle qui est en trop.",
                )
                continue
            seen[name] = ou
            kept.append((ou, table))
        return kept

    def _declared(self, name: str, field: str = "code") -> list[str]:
        """Names as written, of valid tables and of others: a table's own error must not echo as an unknown name."""
        values = self.reader.data.get(name, [])
        if not isinstance(values, list):
            return []
        return [each[field] for each in values if isinstance(each, dict) and isinstance(each.get(field), str)]

    def _named_by_an_establishment(self, code: str) -> bool:
        values = self.reader.data.get("etablissements", [])
        named = [each.get("projet") for each in values if isinstance(each, dict)] if isinstance(values, list) else []
        return any(code == each or (isinstance(each, list) and code in each) for each in named)

    def _add(self, ou: str, message: str, remede: str, code: str = "configuration") -> None:
        self.problemes.append(Probleme(ou, message, remede, code))
