"""What editors' commands are given on the command line: passwords, settings, windows, zones.

A secret is asked at the keyboard or read in a variable; it never stands on the command line.
"""

import os
import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from temoin_sdk.errors import ConfigurationError, SecretError, WindowError
from temoin_sdk.mapping.models import TypeReglage
from temoin_sdk.windows import Fenetre, mois_civils_before

PARIS: Final = "Europe/Paris"
_DAY: Final = "AAAA-MM-JJ"

PasswordOption = Annotated[
    str | None,
    typer.Option(
        "--mot-de-passe-env",
        metavar="VARIABLE",
        help="Variable qui contient le mot de passe ; sinon, il est demandé au clavier.",
    ),
]
SettingOption = Annotated[
    list[str] | None, typer.Option("--reglage", metavar="NOM=VALEUR", help="Un réglage de la source ; répétable.")
]
SecretOption = Annotated[
    list[str] | None,
    typer.Option("--reglage-env", metavar="NOM=VARIABLE", help="Un réglage secret, lu dans une variable."),
]
FirstDayOption = Annotated[str | None, typer.Option("--debut", metavar=_DAY, help="Premier jour regardé.")]
EndDayOption = Annotated[str | None, typer.Option("--fin", metavar=_DAY, help="Premier jour qui n'en est plus.")]
DateOption = Annotated[
    str | None,
    typer.Option("--date", metavar=_DAY, help="Regarder les 3 mois complets avant ce jour ; par défaut aujourd'hui."),
]
ZoneOption = Annotated[str, typer.Option("--fuseau", help="Horloge des établissements de cette base.")]


def read_password(url: str, variable: str | None) -> str | None:
    """From the variable if one is named, else asked of whoever sits there, if the address names an account."""
    if variable is not None:
        return _from_environment(variable)
    try:
        account = make_url(url).username
    except ArgumentError:
        return None  # the settings say what is wrong with it
    if account is None or not sys.stdin.isatty():
        return None
    return str(typer.prompt(f"Mot de passe de {account}", hide_input=True, err=True))


def read_settings(
    kinds: Mapping[str, TypeReglage], plain: list[str] | None, referred: list[str] | None
) -> dict[str, Any]:
    """Settings as typed; `kinds` says which are secret or no texts. Raises ConfigurationError, SecretError."""
    found: dict[str, Any] = {}
    for text in plain or []:
        name, value = _split(text, "--reglage")
        kind = kinds.get(name)
        if kind is TypeReglage.SECRET:
            raise SecretError(
                f"Le réglage « {name} » est un secret : il ne s'écrit pas sur la ligne de commande.",
                remede=f"Le mettre dans une variable, puis --reglage-env {name}=VARIABLE.",
                code="secret_en_clair",
            )
        found[name] = value if kind is None else _typed(name, kind, value)
    for text in referred or []:
        name, variable = _split(text, "--reglage-env")
        found[name] = _from_environment(variable)
    return found


def _split(text: str, option: str) -> tuple[str, str]:
    name, equal, value = text.partition("=")
    if not equal:
        raise ConfigurationError(
            f"« {text} » n'est pas de la forme NOM=VALEUR.", remede=f"Écrire {option} nom=valeur.", code="reglages"
        )
    return name.strip(), value


def _typed(name: str, kind: TypeReglage, value: str) -> object:
    try:
        match kind:
            case TypeReglage.ENTIER:
                return int(value)
            case TypeReglage.BOOLEEN:
                return {"true": True, "false": False}[value]
            case TypeReglage.DATE:
                return date.fromisoformat(value)
    except (ValueError, KeyError):
        wanted = {"entier": "un nombre entier", "booleen": "true ou false", "date": "une date AAAA-MM-JJ"}[kind]
        raise ConfigurationError(
            f"Le réglage « {name} » n'a pas la bonne forme.", remede=f"Écrire {wanted}.", code="reglages"
        ) from None
    return value


def _from_environment(variable: str) -> str:
    value = os.environ.get(variable, "")
    if not value:
        raise SecretError(
            f"La variable d'environnement {variable} est absente ou vide.",
            remede=f"L'exporter dans ce terminal (export {variable}=…), puis relancer.",
            code="secret_absent",
        )
    return value


def read_window(debut: str | None, fin: str | None, on: str | None, today: date) -> Fenetre:
    """The days asked for; without them, the last three complete calendar months before the date."""
    if (debut is None) != (fin is None) or (debut is not None and on is not None):
        raise WindowError(
            "Une période s'écrit par --debut et --fin ensemble, ou par --date seule.",
            remede="Écrire par exemple --debut 2026-08-01 --fin 2026-11-01 (le jour de fin exclu).",
        )
    if debut is None or fin is None:
        return mois_civils_before(today if on is None else _day(on, "--date"), 3)
    first, end = _day(debut, "--debut"), _day(fin, "--fin")
    if first >= end:
        raise WindowError(
            "La période finit avant de commencer.", remede="Donner un jour --fin après --debut.", ou="--debut, --fin"
        )
    return Fenetre(debut=first, fin=end)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WindowError(
            f"« {text} » n'est pas une date.",
            ou=f"option {option}",
            remede="Écrire la date ainsi : 2026-11-01.",
            code="date_illisible",
        ) from error


def read_zone(name: str) -> str:
    """A zone that exists. Raises ConfigurationError `fuseau`."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigurationError(
            f"Le fuseau « {name} » n'existe pas.",
            remede="Écrire un nom IANA, par exemple Indian/Reunion.",
            code="fuseau",
        ) from error
    return name
