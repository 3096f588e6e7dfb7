"""Strict reading of a JSON record by path: an error names the path and the kind that was expected, never the value."""

from functools import lru_cache
from typing import Any, Final, TypeVar, overload

from temoin_sdk.errors import MappingError

T = TypeVar("T")

_KINDS: Final[dict[type, str]] = {
    str: "texte",
    int: "nombre entier",
    float: "nombre",
    bool: "vrai ou faux",
    list: "liste",
    dict: "objet",
    type(None): "null",
}
_ABSENT: Final = object()


class Record:
    """One JSON object of an answer, which knows where it was read. A dot goes one object down: "resident.id"."""

    __slots__ = ("_data", "_ou")

    def __init__(self, data: object, ou: str) -> None:
        if not isinstance(data, dict):
            raise MappingError(
                f"Un enregistrement est {_KINDS.get(type(data), 'autre chose')} au lieu d'un objet.",
                remede="Corriger le plugin (chemin des lignes), ou transmettre ce message à l'éditeur du logiciel.",
                ou=ou,
                code="http_champ",
            )
        self._data = data
        self._ou = ou

    def __repr__(self) -> str:
        return f"<Record de {self._ou}>"

    @overload
    def field(self, path: str) -> str: ...
    @overload
    def field(self, path: str, kind: type[T]) -> T: ...
    def field(self, path: str, kind: type[Any] = str) -> Any:
        """The value at `path`. Raises MappingError (`http_champ`) when it is absent, null or of another kind."""
        value = _at(self._data, path)
        if type(value) is kind:
            return value
        if value is _ABSENT or value is None:
            raise self._error(path, "est null" if value is None else "manque")
        return self._checked(path, value, kind)

    @overload
    def maybe(self, path: str) -> str | None: ...
    @overload
    def maybe(self, path: str, kind: type[T]) -> T | None: ...
    def maybe(self, path: str, kind: type[Any] = str) -> Any:
        """The value at `path`, None when it or what leads to it is absent or null."""
        value = _at(self._data, path)
        return None if value is _ABSENT or value is None else self._checked(path, value, kind)

    def _checked(self, path: str, value: Any, kind: type[Any]) -> Any:
        fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if kind is float and type(value) is int:
            fits = True
        if not fits:
            expected = _KINDS.get(kind, kind.__name__)
            raise self._error(path, f"est {_KINDS.get(type(value), 'autre chose')} au lieu de {expected}")
        return value

    def _error(self, path: str, what: str) -> MappingError:
        return MappingError(
            f"Le champ « {path} » {what} dans un enregistrement.",
            remede="L'API ne répond pas ce que le plugin attend : transmettre ce message à l'éditeur du plugin.",
            ou=self._ou,
            code="http_champ",
        )


@lru_cache(maxsize=1024)
def _split(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()


def _at(data: Any, path: str) -> Any:
    try:
        for name in _split(path):
            data = data[name]
    except (KeyError, TypeError):  # TypeError: a step through what is no object
        return _ABSENT
    return data


def find(data: Any, path: str) -> Any:
    """The value at `path` of any JSON value (the value itself for ""), None when there is none."""
    value = _at(data, path)
    return None if value is _ABSENT else value
