"""Reading a register file: everything in it is checked, and every error said at once, before anything is written."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from stdnum.fr import siren

from temoin_receiver.register.file import FichierRegistre, TableEtablissement, TableOrganisme, TableProjet
from temoin_sdk.campaigns import LoadedCampaign, load_campaign
from temoin_sdk.conventions import check_convention
from temoin_sdk.errors import Acteur, ConfigurationError, TemoinError
from temoin_sdk.finess import looks_like_siren, verify_finess
from temoin_sdk.refused_files import explain_validation

Modele = TypeVar("Modele", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Known:
    """What the register holds already, so that a file may speak of it without repeating it."""

    organismes: Set[str] = frozenset()
    etablissements: Mapping[str, Set[str]] = field(default_factory=dict)
    """By FINESS, every organisme that runs it or ran it."""


@dataclass(frozen=True, slots=True)
class LoadedRegister:
    """A file without errors, and the campaign of each of its projects by the project's code."""

    fichier: FichierRegistre
    campagnes: dict[str, LoadedCampaign]


@dataclass(slots=True)
class _Reader:
    path: Path
    problemes: list[str] = field(default_factory=list)
    named: dict[str, set[str]] = field(default_factory=dict)
    """Numbers that the file gives, in each kind of table: one wrong field must not make a table unknown elsewhere."""

    def tables(self, data: dict[str, Any], name: str, classe: type[Modele]) -> list[tuple[str, Modele]]:
        values = data.pop(name, [])
        if not (isinstance(values, list) and all(isinstance(value, dict) for value in values)):
            self.named[name] = set()
            self.problemes.append(f"[[{name}]] : des tables répétées, à deux crochets, sont attendues")
            return []
        number = {"organismes": "ej", "etablissements": "finess"}.get(name, "code")
        self.named[name] = {value[number] for value in values if isinstance(value.get(number), str)}
        found = []
        for rang, value in enumerate(values, start=1):
            place = f"[[{name}]] n° {rang}{_called(value)}"
            try:
                # Through JSON: strict validation then takes what TOML can write (lists, dates, words), nothing looser.
                found.append((place, classe.model_validate_json(to_json(value))))
            except ValidationError as error:
                self.problemes += [f"{place}, {sentence}" for sentence in explain_validation(error, classe)]
        return found

    def check(self, place: str, error: TemoinError) -> None:
        self.problemes.append(f"{place} : {error.message} {error.remede}")


def load_register(path: Path, known: Known) -> LoadedRegister:
    """The file at `path`, once every number, reference, period, campaign and convention of it is right.

    Raises ConfigurationError: `registre_illisible`, `registre_syntaxe`, `registre_contenu` (every error at once).
    """
    reader = _Reader(path)
    data = _read_toml(path)
    organismes = reader.tables(data, "organismes", TableOrganisme)
    etablissements = reader.tables(data, "etablissements", TableEtablissement)
    projets = reader.tables(data, "projets", TableProjet)
    reader.problemes += [f"« {name} » n'est pas un nom connu au début du fichier" for name in sorted(data)]
    everything = Known(
        known.organismes | reader.named["organismes"],
        {
            **known.etablissements,
            **dict.fromkeys(reader.named["etablissements"], frozenset()),
            **_runners(etablissements),
        },
    )
    _check_organismes(reader, organismes)
    _check_etablissements(reader, etablissements, everything.organismes)
    campagnes = _load_campagnes(reader, projets)
    reader.problemes += _check_projets(projets, everything)
    if reader.problemes:
        raise _content_error(path, reader.problemes)
    fichier = FichierRegistre(
        organismes=tuple(organisme for _, organisme in organismes),
        etablissements=tuple(etablissement for _, etablissement in etablissements),
        projets=tuple(projet for _, projet in projets),
    )
    return LoadedRegister(fichier, campagnes)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _error(
            f"Le fichier du registre ne peut pas être lu ({error.strerror}).", path, "registre_illisible"
        ) from error
    except UnicodeDecodeError as error:
        raise _error("Le fichier du registre n'est pas en UTF-8.", path, "registre_syntaxe") from error
    except tomllib.TOMLDecodeError as error:
        raise _error(
            f"Le fichier du registre n'est pas du TOML correct : {error}.", path, "registre_syntaxe"
        ) from error


def _check_organismes(reader: _Reader, organismes: list[tuple[str, TableOrganisme]]) -> None:
    for place, organisme in organismes:
        _check_finess(reader, place, organisme.ej, exception=organisme.exception_finess)
        if organisme.siren is not None:
            if not siren.is_valid(organisme.siren):
                reader.problemes.append(
                    f"{place} : le SIREN « {organisme.siren} » n'a pas neuf chiffres ou sa clé est fausse"
                )
            elif looks_like_siren(organisme.ej, organisme.siren):
                reader.problemes.append(f"{place} : le champ ej contient le SIREN ; y écrire le FINESS EJ")
    reader.problemes += _repeated("[[organismes]]", [organisme.ej for _, organisme in organismes])


def _check_etablissements(
    reader: _Reader, etablissements: list[tuple[str, TableEtablissement]], organismes: Set[str]
) -> None:
    for rang, (place, etablissement) in enumerate(etablissements):
        _check_finess(reader, place, etablissement.finess, exception=etablissement.exception_finess)
        if etablissement.ej not in organismes:
            reader.problemes.append(f"{place} : l'organisme {etablissement.ej} n'est ni dans ce fichier ni au registre")
        if etablissement.depuis and etablissement.jusqu_au and etablissement.depuis > etablissement.jusqu_au:
            reader.problemes.append(f"{place} : « depuis » vient après « jusqu_au »")
        reader.problemes += [
            f"{place} : {etablissement.finess} a déjà un organisme à ces dates ({other_place})"
            for other_place, other in etablissements[:rang]
            if other.finess == etablissement.finess and other.overlaps(etablissement)
        ]


def _check_finess(reader: _Reader, place: str, text: str, *, exception: bool) -> None:
    try:
        finess = verify_finess(text, exception=exception)
    except TemoinError as error:
        reader.check(place, error)
        return
    if finess != text:
        reader.problemes.append(f"{place} : « {text} » contient des espaces ; écrire {finess}")


def _load_campagnes(reader: _Reader, projets: list[tuple[str, TableProjet]]) -> dict[str, LoadedCampaign]:
    campagnes = {}
    for place, projet in projets:
        name: str | Path = projet.campagne
        if projet.campagne.endswith(".toml"):
            name = reader.path.parent / projet.campagne
        try:
            campagnes[projet.code] = load_campaign(name)
            check_convention(campagnes[projet.code].campagne, projet.convention())
        except TemoinError as error:
            reader.check(place, error)
    return campagnes


def _check_projets(projets: list[tuple[str, TableProjet]], known: Known) -> Iterator[str]:
    for place, projet in projets:
        for ej in sorted(set(projet.organismes) - known.organismes):
            yield f"{place} : l'organisme {ej} n'est ni dans ce fichier ni au registre"
        for finess in sorted(set(projet.etablissements) - known.etablissements.keys()):
            yield f"{place} : l'établissement {finess} n'est ni dans ce fichier ni au registre"
        for finess in projet.etablissements:
            runners = known.etablissements.get(finess)
            if runners and not runners & set(projet.organismes):
                yield f"{place} : l'établissement {finess} n'est rattaché à aucun organisme du projet"
        yield from _repeated(f"{place}, organismes", projet.organismes)
        yield from _repeated(f"{place}, etablissements", projet.etablissements)
    yield from _repeated("[[projets]]", [projet.code for _, projet in projets])


def _runners(etablissements: list[tuple[str, TableEtablissement]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for _, one in etablissements:
        found.setdefault(one.finess, set()).add(one.ej)
    return found


def _called(value: dict[str, Any]) -> str:
    """The name a person knows this table by, if it has one."""
    name = next((value[key] for key in ("finess", "ej", "code") if isinstance(value.get(key), str)), None)
    return f" (« {name[:60]} »)" if name else ""


def _repeated(place: str, values: "list[str] | tuple[str, ...]") -> list[str]:
    return [f"{place} : {value} est écrit deux fois" for value, times in Counter(values).items() if times > 1]


def _content_error(path: Path, problemes: list[str]) -> ConfigurationError:
    lines = "\n".join(f"  - {probleme}" for probleme in problemes)
    return _error(
        f"Le fichier du registre contient des erreurs ; rien n'a été enregistré :\n{lines}", path, "registre_contenu"
    )


def _error(message: str, path: Path, code: str) -> ConfigurationError:
    return ConfigurationError(
        message,
        ou=str(path),
        code=code,
        acteur=Acteur.ARS,
        remede="Corriger le fichier puis relancer la même commande : le charger deux fois est sans effet.",
    )
