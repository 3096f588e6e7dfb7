"""`temoin-sdk check-mapping`: a mapping file, checked alone, then against a real database that is only read."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError

from temoin_sdk.cli.given import (
    PARIS,
    DateOption,
    EndDayOption,
    FirstDayOption,
    PasswordOption,
    SecretOption,
    SettingOption,
    ZoneOption,
    read_password,
    read_settings,
    read_window,
    read_zone,
)
from temoin_sdk.cli.look_tables import show_mapping, show_source
from temoin_sdk.contract.sources import SqlSource
from temoin_sdk.errors import ConfigurationError, ExitCode
from temoin_sdk.mapping import FichierMapping, build_source, read_mapping
from temoin_sdk.mapping.looking import look
from temoin_sdk.mapping.observing import Regard
from temoin_sdk.mapping.remarks import Gravite
from temoin_sdk.refused_files import explain_validation


def check_mapping(
    fichier: Annotated[Path, typer.Argument(help="Le fichier de mapping (.toml).")],
    url: Annotated[str | None, typer.Option("--url", help="Base à lire ; sans elle, seul le fichier est relu.")] = None,
    mot_de_passe_env: PasswordOption = None,
    reglage: SettingOption = None,
    reglage_env: SecretOption = None,
    debut: FirstDayOption = None,
    fin: EndDayOption = None,
    on: DateOption = None,
    limite: Annotated[int, typer.Option("--limite", min=1, help="Lignes lues au plus par relation.")] = 50_000,
    fuseau: ZoneOption = PARIS,
) -> int:
    """Relit un fichier de mapping ; avec --url, lit chaque relation et montre ce qui s'y trouve et ce qui semble faux.

    Rien n'est écrit, ni identifiant ni valeur d'une personne n'est montré. Finit par 0 s'il n'y a rien à redire, 3 ou 4
    si le fichier ou la base ne conviennent pas, 5 si tout se lit mais que des points sont à revoir.
    """
    mapping = read_mapping(fichier)
    show_mapping(mapping)
    if url is None:
        return ExitCode.OK
    today = datetime.now(ZoneInfo(PARIS)).date()
    regard = Regard(read_window(debut, fin, on, today), today, read_zone(fuseau), limite)
    kinds = {name: declared.type for name, declared in mapping.reglages.items()}
    settings = read_settings(kinds, reglage, reglage_env)
    source = _open(mapping, fichier, url, read_password(url, mot_de_passe_env), settings)
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
