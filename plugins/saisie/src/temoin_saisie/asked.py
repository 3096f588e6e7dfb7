"""What is asked of whom: establishments, counts and window, from a configuration, a list or options.

A configuration is read here for what typing needs of it and no more; the agent alone judges it whole.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from temoin_sdk.campaigns import Reglages, load_campaign
from temoin_sdk.errors import ConfigurationError, WindowError
from temoin_sdk.finess import verify_finess
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre, mois_civils_before

CAMPAGNE: Final = "generalisation-2025"
"""Whose invariants hold where no campaign is named: they are those of common sense."""

MOIS: Final = 3


@dataclass(frozen=True, slots=True)
class Etablissement:
    """An establishment to be asked, and the rules its figures must keep."""

    finess: str
    nom: str
    reglages: Reglages

    @property
    def libelle(self) -> str:
        """« EHPAD Fictif (010780054) »."""
        return f"{self.nom} ({self.finess})" if self.nom else self.finess


@dataclass(frozen=True, slots=True)
class Demande:
    """Everything the commands need to know before they ask."""

    dossier: Path
    etablissements: tuple[Etablissement, ...]
    comptes: tuple[Compte, ...]
    fenetre: Fenetre

    def find(self, finess: str) -> Etablissement | None:
        """The establishment of that number, if it is asked."""
        return next((one for one in self.etablissements if one.finess == finess), None)


def settle_fenetre(du: date | None, au: date | None, today: date) -> Fenetre:
    """The window asked, or the last three whole months. Raises WindowError for one that is not over."""
    if du is None and au is None:
        return mois_civils_before(today, MOIS)
    if du is None or au is None or au < du:
        raise WindowError(
            "La fenêtre se donne par ses deux jours, tous deux compris : --du puis --au.",
            remede="Par exemple --du 2026-08-01 --au 2026-10-31 ; sans eux, les trois derniers mois entiers.",
        )
    if au >= today:
        raise WindowError(
            f"La fenêtre finit le {au:%d/%m/%Y}, qui n'est pas encore passé.",
            remede="Attendre la fin de la fenêtre : des chiffres ne se déclarent qu'après coup.",
        )
    return Fenetre(debut=du, fin=au + timedelta(days=1))


def today() -> date:
    """The civil date of UTC: a window is over everywhere a few hours later."""
    return datetime.now(UTC).date()


def from_options(
    dossier: Path, finess: Iterable[str], liste: Path | None, comptes: tuple[Compte, ...], fenetre: Fenetre
) -> Demande:
    """A request without configuration: numbers given one by one, or a CSV of two columns (finess;nom)."""
    reglages = load_campaign(CAMPAGNE).campagne.reglages
    named = dict.fromkeys(finess, "") | (_read_list(liste) if liste else {})
    if not named:
        raise ConfigurationError(
            "Aucun établissement n'est nommé.",
            remede="Donner --config temoin.toml, ou --etablissement FINESS (répétable), ou --liste fichier.csv.",
            code="saisie_sans_etablissement",
        )
    found = tuple(Etablissement(verify_finess(one), nom, reglages) for one, nom in named.items())
    return Demande(dossier, found, comptes or tuple(Compte), fenetre)


def _read_list(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"La liste des établissements ne se lit pas ({error}).",
            remede="Donner un fichier CSV en UTF-8 : finess;nom, une ligne par établissement.",
            ou=str(path),
        ) from error
    rows = [row for row in csv.reader(text.splitlines(), delimiter=";") if row and row[0].strip()]
    return {row[0].strip(): row[1].strip() if len(row) > 1 else "" for row in rows if row[0].casefold() != "finess"}


def from_configuration(
    config: Path, source: str | None, finess: Iterable[str], comptes: tuple[Compte, ...], fenetre: Fenetre
) -> Demande:
    """What `[[sources]]` with plugin « saisie » expects, with the names and campaigns of its establishments."""
    data = _read_toml(config)
    table = _source(data, source, config)
    reglages = table.get("reglages", {})
    asked = comptes or tuple(Compte(c) for c in reglages.get("comptes", ()) if c in set(Compte)) or tuple(Compte)
    served = list(table.get("etablissements", ()))
    known = {e["finess"]: e for e in _tables(data, "etablissements") if "finess" in e}
    numbers = [number for number in served or known if not finess or number in set(finess)]
    if absent := sorted(set(finess) - set(numbers)):
        raise ConfigurationError(
            f"La source de saisie ne sert pas {', '.join(absent)}.",
            remede=f"Établissements servis : {', '.join(served or known)}.",
            ou=str(config),
            code="saisie_sans_etablissement",
        )
    rules = _rules(data, config)
    found = tuple(
        Etablissement(
            number if known.get(number, {}).get("exception_finess") else verify_finess(number),
            str(known.get(number, {}).get("nom", "")),
            _rules_of(known.get(number, {}), rules),
        )
        for number in numbers
    )
    return Demande(Path(str(reglages.get("dossier", ""))), found, asked, fenetre)


def _read_toml(config: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(config.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(
            f"Le fichier de configuration ne se lit pas ({error}).",
            remede="Donner le chemin de temoin.toml (--config), que « temoin compute » sache lire.",
            ou=str(config),
            code="configuration_illisible",
        ) from error


def _tables(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = data.get(name, [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _source(data: Mapping[str, Any], nom: str | None, config: Path) -> dict[str, Any]:
    every = [one for one in _tables(data, "sources") if one.get("plugin") == "saisie"]
    found = [one for one in every if nom in (None, one.get("nom"))]
    usable = [one for one in found if Path(str(one.get("reglages", {}).get("dossier", ""))).is_absolute()]
    if len(found) != 1 or not usable:
        names = ", ".join(str(one.get("nom")) for one in every) or "aucune"
        raise ConfigurationError(
            f"Il faut une source de saisie, et une seule, avec le chemin complet de son dossier (trouvées : {names}).",
            remede='Écrire [[sources]] avec plugin = "saisie" et reglages = { dossier = "/chemin/complet" }, ou '
            "choisir l'une d'elles par --source.",
            ou=str(config),
            code="saisie_sans_source",
        )
    return found[0]


def _rules(data: Mapping[str, Any], config: Path) -> dict[str, Reglages]:
    found = {}
    for projet in _tables(data, "projets"):
        named = str(projet.get("campagne", CAMPAGNE))
        source = config.parent / named if named.endswith(".toml") else named
        found[str(projet.get("code"))] = load_campaign(source).campagne.reglages
    return found


def _rules_of(table: Mapping[str, Any], rules: Mapping[str, Reglages]) -> Reglages:
    projet = table.get("projet", "")
    first = projet[0] if isinstance(projet, list) and projet else projet
    return rules.get(str(first)) or load_campaign(CAMPAGNE).campagne.reglages
