"""Secrets by reference: from an environment variable or a file, never from the configuration itself."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError

from temoin_agent.configuration.problems import Probleme
from temoin_agent.configuration.reading import explain
from temoin_agent.configuration.tables import Reference
from temoin_sdk.contract.loading import Catalogue
from temoin_sdk.errors import ConfigurationError, PluginError, SecretError

_PLACEHOLDER = "valeur donnée par référence"


def as_reference(value: object) -> Reference | None:
    """The reference that `value` spells, or None. A table with other members is a value like any other."""
    if not isinstance(value, Mapping) or not (set(value) & {"env", "fichier"}):
        return None
    try:
        return Reference.model_validate(value)
    except ValidationError:
        return None


def read_secret_value(reference: Reference, dossier: Path) -> str:
    """The secret itself. Raises SecretError naming the variable or file, and where it is asked for."""
    if reference.env is not None:
        return _from_environment(reference.env)
    return _from_file(dossier / str(reference.fichier))


def _from_environment(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SecretError(
            f"La variable d'environnement {name} est absente ou vide.",
            remede=f"Définissez {name} pour le compte qui lance Témoin (par exemple export {name}=… dans le terminal, "
            "ou Environment= / EnvironmentFile= dans le service qui le lance), puis relancez.",
            code="secret_absent",
        )
    return value


def _from_file(path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(
            f"Le fichier de secret {path} ne se lit pas ({getattr(error, 'strerror', None) or 'pas un texte UTF-8'}).",
            remede=f"Créez {path} avec le secret sur une seule ligne, lisible par le seul compte qui lance Témoin "
            "(chmod 600), puis relancez.",
            code="secret_absent",
        ) from error
    if not value:
        raise SecretError(
            f"Le fichier de secret {path} est vide.",
            remede=f"Écrivez le secret dans {path}, sur une seule ligne, puis relancez.",
            code="secret_absent",
        )
    return value


def resolve_settings(reglages: Mapping[str, Any], dossier: Path, ou: str, problemes: list[Probleme]) -> dict[str, Any]:
    """`reglages` with every reference replaced by its secret; those that are absent are added to `problemes`."""
    resolved: dict[str, Any] = {}
    for name, value in reglages.items():
        reference = as_reference(value)
        if reference is None:
            resolved[name] = value
            continue
        try:
            resolved[name] = read_secret_value(reference, dossier)
        except SecretError as error:
            problemes.append(
                Probleme(f"{ou}, « reglages.{name} »", error.message, error.remede, error.code, secret=True)
            )
    return resolved


def check_settings(plugin: str, reglages: Mapping[str, Any], ou: str, catalogue: Catalogue) -> Iterator[Probleme]:
    """What is wrong with a source's settings, as far as it shows without opening anything.

    A plugin that is installed but broken is not said here: counting names it to its editor and sets it aside.
    """
    try:
        classe = catalogue.source(plugin).classe.specialised(reglages).Reglages
    except PluginError as error:
        if error.code == "plugin_absent":
            yield Probleme(f"{ou}, « plugin »", error.message, error.remede, error.code)
        return
    except ConfigurationError as error:
        yield Probleme(f"{ou}, [sources.reglages]", error.message, error.remede, error.code)
        return
    known: dict[str, Any] = {}
    for name, value in reglages.items():
        referred = as_reference(value) is not None
        known[name] = _PLACEHOLDER if referred else value
        if not referred and _is_secret(classe, name, value):
            yield _in_clear(ou, name)
    yield from _validate(classe, reglages, known, f"{ou}, [sources.reglages]")


def _validate(
    classe: type[BaseModel], reglages: Mapping[str, Any], known: Mapping[str, Any], ou: str
) -> Iterator[Probleme]:
    try:
        classe.model_validate(known)
    except ValidationError as error:
        # What a referred value holds is only known when it is used.
        unknowable = {
            name for name in reglages if as_reference(reglages[name]) is not None and name in classe.model_fields
        }
        for detail, probleme in zip(error.errors(include_url=False), explain(error, ou, classe), strict=True):
            if not (detail["loc"] and detail["loc"][0] in unknowable):
                yield probleme


def _is_secret(classe: type[BaseModel], name: str, value: object) -> bool:
    found = classe.model_fields.get(name)
    if found is not None and _holds_secret(found.annotation):
        return True
    return isinstance(value, str) and _has_password(value)


def _holds_secret(annotation: object) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, (SecretStr, SecretBytes)):
        return True
    return any(_holds_secret(inner) for inner in get_args(annotation))


def _has_password(text: str) -> bool:
    try:
        return urlsplit(text).password is not None
    except ValueError:
        return False


def _in_clear(ou: str, name: str) -> Probleme:
    return Probleme(
        f"{ou}, « reglages.{name} »",
        "Un secret est écrit en clair dans la configuration.",
        f'Changez ce secret s\'il a pu être lu, puis écrivez {name} = {{ env = "NOM_DE_VARIABLE" }} '
        f'ou {name} = {{ fichier = "chemin" }}.',
        "secret_en_clair",
        secret=True,
    )
