"""What of the sdk is promised to those outside this repository, and to whom."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import isclass, isfunction
from types import MappingProxyType
from typing import Any, Final

EDITEURS: Final = "les éditeurs : leur plugin, tel qu'il est installé chez les gestionnaires, cesse de fonctionner"
ESSAIS: Final = "les éditeurs : leurs essais de conformité ne se lancent plus, ou ne disent plus la même chose"
API: Final = "les éditeurs dont le plugin lit une API : il cesse de fonctionner"
MAPPING: Final = "les éditeurs d'un fichier de mapping : il est refusé, ou lu autrement"
COMMANDES: Final = "les éditeurs : leurs essais et leurs scripts, qui lancent temoin-sdk, échouent"
SORTIES: Final = "qui programme nos commandes : un code de sortie ne veut plus dire la même chose"
SIGNES: Final = "les gestionnaires, les ARS et qui vérifie : les documents signés d'avant ou d'après ne se lisent plus"

MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "temoin_sdk": EDITEURS,
        "temoin_sdk.contract": EDITEURS,
        "temoin_sdk.contract.hook": EDITEURS,
        "temoin_sdk.contract.relations": EDITEURS,
        "temoin_sdk.errors": EDITEURS,
        "temoin_sdk.vocabulary": EDITEURS,
        "temoin_sdk.windows": EDITEURS,
        "temoin_sdk.http": API,
        "temoin_sdk.http.double": ESSAIS,
        "temoin_sdk.testing": ESSAIS,
        "temoin_sdk.mapping": MAPPING,
        "temoin_sdk.envelope": SIGNES,
        "temoin_sdk.report": SIGNES,
        "temoin_sdk.certificates": SIGNES,
    }
)
"""Modules whose names are promised, and who is hit when one of them breaks. Anything else may change."""


def who_is_hit(name: str) -> str:
    """Those whom a break of this name hits."""
    if name.startswith("schemas/"):
        return MAPPING if name.startswith("schemas/mapping") else SIGNES
    other = {"relations": EDITEURS, "commandes": COMMANDES, "sorties": SORTIES}.get(name.partition("/")[0])
    if other is not None:
        return other
    known = [module for module in MODULES if name == module or name.startswith(f"{module}.")]
    return MODULES[max(known, key=len)] if known else EDITEURS


def exported(module: str) -> dict[str, Any]:
    """The promised names of a module as it is here, in their order; nothing for a module that is not here."""
    try:
        found = import_module(module)
    except ModuleNotFoundError:
        return {}
    return {name: getattr(found, name) for name in sorted(_names(found))}


def _names(module: Any) -> Iterator[str]:
    listed = getattr(module, "__all__", None)
    if listed is not None:
        yield from listed
        return
    for name, value in vars(module).items():
        own = (isclass(value) or isfunction(value)) and value.__module__ == module.__name__
        if not name.startswith("_") and (own or name.isupper()):
            yield name
