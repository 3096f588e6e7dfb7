"""A source's own settings inside its texts, as real parameters: a value never becomes a part of the SQL."""

from datetime import date
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from sqlalchemy import BindParameter, Boolean, Date, Integer, String, bindparam
from sqlalchemy.types import TypeEngine

from temoin_sdk.contract.settings import Reglages
from temoin_sdk.errors import MappingError

_TYPES: Final[dict[Any, type[TypeEngine[Any]]]] = {
    str: String,
    SecretStr: String,
    Literal: String,
    int: Integer,
    bool: Boolean,
    date: Date,
}
"""Typed even when the value is NULL: an engine cannot tell what a NULL of no type is."""


def bindable_settings(reglages: Reglages | type[Reglages]) -> tuple[str, ...]:
    """Settings that a text may use: all but those that only say where the data is, the password among them."""
    model = reglages if isinstance(reglages, type) else type(reglages)
    return tuple(sorted(set(model.model_fields) - reglages.locaux()))


def setting_bind(name: str, setting: str, reglages: Reglages, ou: str) -> BindParameter[Any]:
    """The parameter `name` with the value of a setting; MappingError for one that does not exist or has no SQL type."""
    known = bindable_settings(reglages)
    if setting not in known:
        near = get_close_matches(setting, known, n=1)
        meant = f" Vouliez-vous dire :reglage_{near[0]} ?" if near else ""
        raise MappingError(
            f"Le texte SQL emploie « :{name} », mais la source n'a pas de réglage « {setting} ».{meant}",
            remede=f"Déclarer ce réglage, ou employer l'un de : {', '.join(known) or 'aucun'}.",
            ou=ou,
            code="reglage_inconnu",
        )
    kind = _sql_type(type(reglages).model_fields[setting].annotation)
    if kind is None:
        raise MappingError(
            f"Le réglage « {setting} » n'est pas d'un type qu'une requête peut recevoir.",
            remede="Lui donner un type simple : texte, entier, booléen, date ou secret.",
            ou=ou,
            code="reglage_type",
        )
    value = getattr(reglages, setting)
    return bindparam(name, value.get_secret_value() if isinstance(value, SecretStr) else value, type_=kind)


def _sql_type(annotation: Any) -> type[TypeEngine[Any]] | None:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _sql_type(get_args(annotation)[0])
    if origin in (Union, UnionType):
        found = {_sql_type(inner) for inner in get_args(annotation) if inner is not type(None)}
        return found.pop() if len(found) == 1 else None
    return _TYPES.get(Literal if origin is Literal else annotation)
