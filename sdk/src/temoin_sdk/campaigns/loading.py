"""Campaign files from disk or from the package: bytes, digest, model, and errors a person can act on."""

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from temoin_sdk.campaigns.models import Campagne
from temoin_sdk.errors import CampaignError
from temoin_sdk.refused_files import explain_validation

_DATA = files("temoin_sdk.campaigns") / "data"
_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class LoadedCampaign:
    """A campaign and the very bytes it was read from; reports name it by `empreinte`, SHA-256 of those bytes."""

    campagne: Campagne
    empreinte: str
    octets: bytes


def list_campaigns() -> tuple[str, ...]:
    """Codes of the campaigns that come with the sdk, sorted."""
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in _DATA.iterdir() if entry.name.endswith(".toml")))


def load_campaign(name_or_path: str | Path) -> LoadedCampaign:
    """A campaign by the code of one that comes with the sdk, or by the path of a file of the same form.

    A text is a path when it ends in `.toml`. Raises CampaignError: `campagne_inconnue`, `campagne_illisible`,
    `campagne_syntaxe` (with the line), `campagne_contenu` (with every refused field at once).
    """
    if isinstance(name_or_path, str) and not name_or_path.endswith(".toml"):
        return read_campaign(_read_packaged(name_or_path), name_or_path)
    return read_campaign(_read_file(Path(name_or_path)), str(name_or_path))


def _read_packaged(code: str) -> bytes:
    if code not in list_campaigns():
        raise CampaignError(
            f"La campagne « {code} » n'existe pas.",
            remede=f"Écrire l'une de : {', '.join(list_campaigns())} ; ou le chemin d'un fichier .toml.",
            code="campagne_inconnue",
        )
    return (_DATA / f"{code}.toml").read_bytes()


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CampaignError(
            f"Le fichier de campagne {path} ne peut pas être lu ({error.strerror}).",
            remede="Vérifier le chemin et les droits de lecture du fichier.",
            ou=str(path),
            code="campagne_illisible",
        ) from error


def read_campaign(octets: bytes, ou: str) -> LoadedCampaign:
    """The campaign in these bytes, wherever they were kept; `ou` names the place in errors.

    Raises CampaignError `campagne_syntaxe` or `campagne_contenu`.
    """
    try:
        text = json.dumps(tomllib.loads(octets.decode("utf-8")), default=_refuse_date)
    except UnicodeDecodeError as error:
        line = octets[: error.start].count(b"\n") + 1
        _refuse_syntax("il n'est pas en UTF-8", f"{ou}, ligne {line}", error)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        _refuse_syntax(str(error), f"{ou}, ligne {found[1]}" if found else ou, error)
    except TypeError as error:
        _refuse_syntax(str(error), ou, error)
    try:
        # Strict validation of JSON, not of the parsed TOML: lists become tuples and words become members, and
        # nothing else is converted.
        campagne = Campagne.model_validate_json(text)
    except ValidationError as error:
        problems = "\n".join(f"  - {sentence}" for sentence in explain_validation(error, Campagne))
        raise CampaignError(
            f"La campagne contient des valeurs refusées :\n{problems}",
            remede="Corriger ces champs ; les campagnes fournies montrent la forme attendue.",
            ou=ou,
            code="campagne_contenu",
        ) from error
    return LoadedCampaign(campagne, hashlib.sha256(octets).hexdigest(), octets)


def _refuse_date(value: object) -> NoReturn:
    raise TypeError(f"une campagne ne contient pas de date ({value}) : les dates sont celles de la convention")


def _refuse_syntax(reason: str, ou: str, error: Exception) -> NoReturn:
    raise CampaignError(
        f"Le fichier de campagne ne peut pas être compris : {reason}.",
        remede="Corriger le fichier à l'endroit indiqué (format TOML, UTF-8, textes entre guillemets).",
        ou=ou,
        code="campagne_syntaxe",
    ) from error
