"""A project's files as texts. The templates are package data: one folder per kind, over `base`, which all share."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Final

from temoin_sdk import __version__
from temoin_sdk.errors import Acteur, PluginError
from temoin_sdk.scaffold.engines import MOTEURS, Moteur
from temoin_sdk.scaffold.names import derive_names

if TYPE_CHECKING:
    from jinja2 import Environment


class Genre(StrEnum):
    """How a project says where the facts are."""

    SQL = "sql"
    MAPPING = "mapping"
    API = "api"


_LAYERS: Final = {
    Genre.SQL: ("base", "tables", "sql"),
    Genre.MAPPING: ("base", "tables", "mapping"),
    Genre.API: ("base", "api"),
}
"""Folders of templates, the later ones first where a name is in several."""

_SUFFIX: Final = ".j2"
_MODULE: Final = "__module__"


def render(genre: str, moteur: str | None, nom: str) -> dict[str, str]:
    """Every file of a project for the software `nom`, by its path; `moteur` is None for an API.

    Raises ConfigurationError for a name that cannot be used, PluginError `extra_absent` without the extra `kit`.
    """
    genre, noms = Genre(genre), derive_names(nom)
    environment = _environment()
    faits = MOTEURS[Moteur(moteur)] if moteur is not None else None
    known = {
        "genre": genre.value,
        "noms": noms,
        "moteur": faits,
        "sigle": moteur,
        "serveur": faits.serveur if faits is not None else None,
        "extra": faits.extra if faits is not None else "http",
        "version_sdk": __version__,
    }
    texts: dict[str, str] = {}
    for layer in _LAYERS[genre]:
        for path in _paths(layer):
            target = path.removesuffix(_SUFFIX).replace(_MODULE, noms.module).replace("__source__", noms.source)
            texts[target] = environment.get_template(f"{layer}/{path}").render(known)
    return texts


def _paths(layer: str) -> Iterator[str]:
    """Paths of the templates of one folder, relative to it."""
    pending: list[tuple[str, Traversable]] = [("", _templates() / layer)]
    while pending:
        place, folder = pending.pop()
        for each in sorted(folder.iterdir(), key=lambda one: one.name):
            if each.is_dir():
                pending.append((f"{place}{each.name}/", each))
            elif each.name.endswith(_SUFFIX):
                yield f"{place}{each.name}"


def _templates() -> Traversable:
    return files("temoin_sdk.scaffold") / "templates"


@cache
def _environment() -> "Environment":
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
        from jinja2.runtime import Context
    except ModuleNotFoundError as error:
        raise PluginError(
            "Écrire un projet demande la bibliothèque « jinja2 », qui n'est pas installée.",
            remede='Installer l\'extra « kit » de la trousse : pip install "temoin-sdk[kit]".',
            code="extra_absent",
            acteur=Acteur.EDITEUR,
        ) from error

    environment = Environment(
        loader=PackageLoader("temoin_sdk.scaffold"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 # Python, TOML and Markdown, never a page
    )

    @pass_context
    def requete(context: Context, relation: str) -> str:
        """The SELECT of one relation, the same for every kind that has one."""
        return environment.get_template(f"requetes/{relation}.sql.j2").render(context.get_all()).strip()

    environment.globals["requete"] = requete
    return environment
