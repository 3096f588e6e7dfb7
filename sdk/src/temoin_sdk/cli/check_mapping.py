"""`temoin-sdk check-mapping`: a mapping file, checked alone, then against a real database that is only read."""

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from temoin_sdk.cli.look_tables import show_mapping, show_source
from temoin_sdk.contract.sources import SqlSource
from temoin_sdk.errors import ConfigurationError, ExitCode, SecretError, WindowError
from temoin_sdk.mapping import FichierMapping, build_source, read_mapping
from temoin_sdk.mapping.looking import look
from temoin_sdk.mapping.models import TypeReglage
from temoin_sdk.mapping.observing import Regard
from temoin_sdk.mapping.remarks import Gravite
from temoin_sdk.refused_files import explain_validation
from temoin_sdk.windows import Fenetre, mois_civils_before

_PARIS = "Europe/Paris"
_DAY = "AAAA-MM-JJ"


def check_mapping(
    fichier: Annotated[Path, typer.Argument(help="Le fichier de mapping (.toml).")],
    url: Annotated[str | None, typer.Option("--url", help="Base à lire ; sans elle, seul le fichier est relu.")] = None,
    mot_de_passe_env: Annotated[
        str | None,
        typer.Option(
            "--mot-de-passe-env",
            metavar="VARIABLE",
            help="Variable qui contient le mot de passe ; sinon, il est demandé au clavier.",
        ),
    ] = None,
    reglage: Annotated[
        list[str] | None, typer.Option("--reglage", metavar="NOM=VALEUR", help="Un réglage du mapping ; répétable.")
    ] = None,
    reglage_env: Annotated[
        list[str] | None,
        typer.Option("--reglage-env", metavar="NOM=VARIABLE", help="Un réglage secret, lu dans une variable."),
    ] = None,
    debut: Annotated[str | None, typer.Option("--debut", metavar=_DAY, help="Premier jour regardé.")] = None,
    fin: Annotated[str | None, typer.Option("--fin", metavar=_DAY, help="Premier jour qui n'en est plus.")] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--date", metavar=_DAY, help="Regarder les 3 mois complets avant ce jour ; par défaut aujourd'hui."
        ),
    ] = None,
    limite: Annotated[int, typer.Option("--limite", min=1, help="Lignes lues au plus par relation.")] = 50_000,
    fuseau: Annotated[str, typer.Option("--fuseau", help="Horloge des établissements de cette base.")] = _PARIS,
) -> int:
    """Relit un fichier de mapping ; avec --url, lit chaque relation et montre ce qui s'y trouve et ce qui semble faux.

    Rien n'est écrit, ni identifiant ni valeur d'une personne n'est montré. Finit par 0 s'il n'y a rien à redire, 3 ou 4
    si le fichier ou la base ne conviennent pas, 5 si tout se lit mais que des points sont à revoir.
    """
    mapping = read_mapping(fichier)
    show_mapping(mapping)
    if url is None:
        return ExitCode.OK
    today = datetime.now(ZoneInfo(_PARIS)).date()
    regard = Regard(_window(debut, fin, on, today), today, _zone(fuseau), limite)
    source = _open(mapping, fichier, url, _password(url, mot_de_passe_env), _settings(mapping, reglage, reglage_env))
    vue = look(source, regard)
    show_source(source, vue, regard)
    if any(each.gravite is Gravite.ERREUR for each in vue.remarques):
        return ExitCode.SOURCE
    return ExitCode.BLOQUE if vue.remarques else ExitCode.OK


def _open(
    mapping: FichierMapping, fichier: Path, url: str, password: str | None, settings: dict[str, Any]
) -> SqlSource:
    classe = build_source(mapping)
    given = {"fichier": str(fichier.absolute()), "url": url, **settings}
    if password is not None:
        given["mot_de_passe"] = password
    try:
        return classe(classe.Reglages.model_validate(given))
    except ValidationError as error:
        said = "\n".join(f"  - {phrase.partition(' (lu')[0]}" for phrase in explain_validation(error, classe.Reglages))
        raise ConfigurationError(
            f"Les réglages donnés ne conviennent pas :\n{said}",
            remede="Corriger --url et --reglage NOM=VALEUR ; les réglages de ce mapping sont affichés plus haut.",
            code="reglages",
        ) from None


def _password(url: str, variable: str | None) -> str | None:
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


def _settings(mapping: FichierMapping, plain: list[str] | None, referred: list[str] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in plain or []:
        name, value = _split(text, "--reglage")
        declared = mapping.reglages.get(name)
        if declared is not None and declared.type is TypeReglage.SECRET:
            raise SecretError(
                f"Le réglage « {name} » est un secret : il ne s'écrit pas sur la ligne de commande.",
                remede=f"Le mettre dans une variable, puis --reglage-env {name}=VARIABLE.",
                code="secret_en_clair",
            )
        found[name] = value if declared is None else _typed(name, declared.type, value)
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


def _window(debut: str | None, fin: str | None, on: str | None, today: date) -> Fenetre:
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


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigurationError(
            f"Le fuseau « {name} » n'existe pas.",
            remede="Écrire un nom IANA, par exemple Indian/Reunion.",
            code="fuseau",
        ) from error
    return name
