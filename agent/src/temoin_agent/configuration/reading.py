"""From TOML text to validated tables, gathering every mistake instead of stopping at the first.

Each table is validated alone, so that one bad field hides no other error. Values go through JSON on the way to
pydantic: its strict mode then accepts what TOML can write (lists, dates, words of closed lists) and nothing looser.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, to_json

from temoin_agent.configuration.problems import Probleme, nearest
from temoin_sdk.errors import ConfigurationError

Modele = TypeVar("Modele", bound=BaseModel)

_EXPECTED = {
    "string_type": "un texte entre guillemets",
    "int_type": "un nombre entier, sans guillemets",
    "int_from_float": "un nombre entier",
    "bool_type": "true ou false, sans guillemets",
    "date_type": "une date AAAA-MM-JJ",
    "date_parsing": "une date AAAA-MM-JJ",
    "date_from_datetime_parsing": "une date AAAA-MM-JJ",
    "date_from_datetime_inexact": "une date AAAA-MM-JJ, sans heure",
    "tuple_type": "une liste entre crochets",
    "too_short": "au moins un élément",
    "string_too_short": "un texte non vide",
    "string_too_long": "un texte plus court",
    "list_type": "une liste entre crochets",
    "dict_type": "une table",
    "model_type": "une table",
    "model_attributes_type": "une table",
}
_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")


@dataclass(slots=True)
class Reader:
    """Reads tables one by one and keeps the problems found on the way."""

    data: Mapping[str, Any]
    problemes: list[Probleme] = field(default_factory=list)

    def table(self, name: str, classe: type[Modele]) -> Modele | None:
        """The single table `[name]`; one that is absent is read as empty, which names its mandatory fields."""
        value = self.data.get(name, {})
        if isinstance(value, dict):
            return self._validate(value, f"[{name}]", classe)
        self._add(f"[{name}]", f"« {name} » attend une table, écrite [{name}].", f"Écrivez [{name}] seul sur sa ligne.")
        return None

    def tables(self, name: str, classe: type[Modele]) -> list[tuple[str, Modele]]:
        """Each `[[name]]` that is valid, with the words that say where it stands."""
        values = self.data.get(name, [])
        if not (isinstance(values, list) and all(isinstance(value, dict) for value in values)):
            self._add(
                f"[[{name}]]",
                f"« {name} » attend des tables répétées, écrites avec deux crochets.",
                f"Écrivez [[{name}]] au début de chacune.",
            )
            return []
        found = []
        for rang, value in enumerate(values, start=1):
            ou = f"[[{name}]] n° {rang}{_called(value)}"
            model = self._validate(value, ou, classe)
            if model is not None:
                found.append((ou, model))
        return found

    def check_names(self, known: Sequence[str]) -> None:
        """Every name at the root of the file must be one of `known`."""
        for name in sorted(set(self.data) - set(known)):
            self._add(
                "au début du fichier", f"« {name} » n'est pas un nom connu.", nearest(name, known), "cle_inconnue"
            )

    def _validate(self, value: Mapping[str, Any], ou: str, classe: type[Modele]) -> Modele | None:
        try:
            return classe.model_validate_json(to_json(value))
        except ValidationError as error:
            self.problemes += explain(error, ou, classe)
            return None

    def _add(self, ou: str, message: str, remede: str, code: str = "configuration") -> None:
        self.problemes.append(Probleme(ou, message, remede, code))


def read_toml(path: Path) -> dict[str, Any]:
    """The file's tables. Raises ConfigurationError: absent, unreadable, not UTF-8, or TOML syntax with its line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(
            "Le fichier de configuration n'existe pas.",
            ou=str(path),
            remede="Placez-vous dans le dossier de temoin.toml, ou donnez son chemin avec --config ou la variable "
            "TEMOIN_CONFIG. Un exemple commenté se trouve dans docs/configuration.md.",
            code="configuration_absente",
        ) from error
    except OSError as error:
        raise ConfigurationError(
            f"Le fichier de configuration ne se lit pas ({error.strerror}).",
            ou=str(path),
            remede="Donnez au compte qui lance Témoin le droit de lire ce fichier.",
            code="configuration_illisible",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            "Le fichier de configuration n'est pas écrit en UTF-8.",
            ou=str(path),
            remede="Enregistrez-le de nouveau en UTF-8 (dans le Bloc-notes : Enregistrer sous, Encodage : UTF-8).",
            code="configuration_utf8",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(error, path) from error


def _syntax_error(error: tomllib.TOMLDecodeError, path: Path) -> ConfigurationError:
    found = _SYNTAX.fullmatch(str(error))
    if found is None:
        ou, what = str(path), str(error)
    elif found["line"]:
        ou, what = f"{path}, ligne {found['line']}, colonne {found['column']}", found["what"]
    else:
        ou, what = f"{path}, fin du fichier", found["what"]
    return ConfigurationError(
        f"Le fichier n'est pas du TOML correct ({what}).",
        ou=ou,
        remede="Relisez cette ligne : guillemets fermés, « = » entre le nom et la valeur, crochets par deux, "
        "un même nom une seule fois par table.",
        code="configuration_toml",
    )


def _called(value: Mapping[str, Any]) -> str:
    """The name a person knows this table by, if it has one."""
    for field_name in ("nom", "code", "finess"):
        text = value.get(field_name)
        if isinstance(text, str) and text:
            return f" (« {text[:60]} »)"
    return ""


def explain(error: ValidationError, ou: str, classe: type[BaseModel]) -> list[Probleme]:
    """Each mistake of a table in French; the value itself is never quoted, since it could be a secret."""
    return [_explain_one(detail, ou, classe) for detail in error.errors(include_url=False, include_input=False)]


def _explain_one(detail: ErrorDetails, ou: str, classe: type[BaseModel]) -> Probleme:
    steps = [str(step + 1) if isinstance(step, int) else step for step in detail["loc"]]
    name = steps[-1] if steps else ""
    place = f"{ou}, « {'.'.join(steps)} »" if steps else ou
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return Probleme(ou, f"Il manque « {'.'.join(steps)} ».", f"Ajoutez la ligne {name} = … ", "champ_absent")
    if kind == "extra_forbidden":
        known = sorted(_fields_at(classe, detail["loc"][:-1]))
        return Probleme(place, f"« {name} » n'est pas un nom connu ici.", nearest(name, known), "cle_inconnue")
    if kind in ("enum", "literal_error"):
        return Probleme(
            place,
            "Cette valeur n'est pas dans la liste admise.",
            f"Écrivez l'une de : {context['expected'].replace(' or ', ' ou ')}.",
        )
    if kind in _EXPECTED:
        return Probleme(
            place, f"La valeur n'a pas la bonne forme : il faut {_EXPECTED[kind]}.", "Réécrivez la valeur ainsi."
        )
    if kind == "string_pattern_mismatch":
        return Probleme(
            place,
            "Ce texte contient un caractère qui n'est pas admis ici, ou il est trop long.",
            f"Il doit suivre le modèle {context['pattern']} ; sans accents ni espaces pour un code.",
        )
    if kind == "value_error":
        return Probleme(place, _sentence(str(context["error"])), "Corrigez cette valeur.")
    return Probleme(place, f"Cette valeur est refusée ({kind}).", "Voyez docs/configuration.md pour ce champ.")


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def _fields_at(classe: type[BaseModel], loc: Sequence[int | str]) -> set[str]:
    """Names of the fields of the model at `loc` inside `classe`, as far as its annotations tell."""
    current: type[BaseModel] | None = classe
    for step in loc:
        if isinstance(step, int):  # a rank in a list whose model is already found
            continue
        found = current.model_fields.get(step) if current is not None else None
        inner = [found.annotation, *getattr(found.annotation, "__args__", ())] if found is not None else []
        models = [each for each in inner if isinstance(each, type) and issubclass(each, BaseModel)]
        current = models[0] if models else None
    return set(current.model_fields) if current is not None else set()
