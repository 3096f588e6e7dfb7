"""The names that follow from the name of a software: class, module, distribution, source."""

import builtins
import keyword
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

import temoin_sdk
from temoin_sdk.errors import Acteur, ConfigurationError
from temoin_sdk.report.bounded import NomLogiciel

LONGUEUR_MAX: Final = 30
"""Characters of a software's name that a scaffold takes: longer ones would not fit in the lines of its files."""

_LOGICIEL: Final = TypeAdapter(NomLogiciel)
_TAKEN: Final = frozenset(
    {"sdk", "agent", "receiver", "mapping", "fichiers", "tddui", "pfi", "saisie", "editor_sample", "api_sample"}
)
"""Modules `temoin_…` of Témoin itself."""

_IN_FILES: Final = frozenset(
    {
        "AGENDA",
        "Any",
        "ApiDouble",
        "ApiKey",
        "Bornes",
        "ClassVar",
        "Client",
        "Concept",
        "DESTINATAIRES",
        "FICHIER",
        "Fenetre",
        "Final",
        "FormeApi",
        "Iterable",
        "Iterator",
        "MOTIFS",
        "Mapping",
        "ORIGINES",
        "PROJETS",
        "PageNumber",
        "ReglagesCle",
        "Scenario",
        "SourceConformance",
        "SqlConformance",
        "Tables",
    }
)
"""What the files that name the class hold beside the names of `temoin_sdk`."""


@dataclass(frozen=True, slots=True)
class Noms:
    """How one software is called wherever a project of its editor names it."""

    logiciel: str
    source: str
    classe: str

    @property
    def module(self) -> str:
        """What is imported."""
        return f"temoin_{self.source}"

    @property
    def distribution(self) -> str:
        """What is installed."""
        return self.module.replace("_", "-")

    @property
    def espace(self) -> str:
        """The space in which the software's person identifiers live."""
        return f"{self.source}.usager"


def derive_names(logiciel: str) -> Noms:
    """All names of a software. Raises ConfigurationError `nom_logiciel` for one that gives none that can be used."""
    logiciel = " ".join(logiciel.split())
    try:
        _LOGICIEL.validate_python(logiciel)
    except ValidationError:
        raise _refused(logiciel, "n'est fait que de lettres, de chiffres et de . + _ ( ) / ' -") from None
    if len(logiciel) > LONGUEUR_MAX:
        raise _refused(logiciel, f"compte au plus {LONGUEUR_MAX} caractères")
    words = re.findall(r"[A-Za-z0-9]+", _plain(logiciel))
    if not words or not words[0][0].isalpha():
        raise _refused(logiciel, "commence par une lettre")
    source = "_".join(words).lower()
    if source in _TAKEN:
        raise _refused(logiciel, f"diffère de ceux de Témoin (temoin-{source.replace('_', '-')} existe déjà)")
    classe = "".join(word[0].upper() + word[1:] for word in words)
    return Noms(logiciel, source, f"{classe}Dui" if _means_something(classe) else classe)


def _plain(text: str) -> str:
    """Without accents; œ as oe."""
    spelled = text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae")
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()


def _means_something(name: str) -> bool:
    """Whether Python or the files of a project already give this name to something else."""
    return keyword.iskeyword(name) or hasattr(builtins, name) or name in temoin_sdk.__all__ or name in _IN_FILES


def _refused(logiciel: str, rule: str) -> ConfigurationError:
    return ConfigurationError(
        f"« {logiciel} » ne peut pas nommer ce projet : il faut un nom qui {rule}.",
        remede='Donner le nom court du logiciel, par exemple --nom "NetFictif".',
        ou="--nom",
        code="nom_logiciel",
        acteur=Acteur.EDITEUR,
    )
