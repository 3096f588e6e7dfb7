"""Says in French what a refused file holds, field by field: what stands there and what may stand there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_DATE = "une date (année-mois-jour, par exemple 2026-11-01) est attendue"
_SHOWN = 60
"""Characters of a refused value that are shown: enough to find it again."""

_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "manque ; ce champ est obligatoire",
    "literal_error": lambda ctx: f"valeurs admises : {_french_list(ctx['expected'])}",
    "enum": lambda ctx: f"valeurs admises : {_french_list(ctx['expected'])}",
    "string_type": lambda _: "un texte entre guillemets est attendu",
    "string_too_short": lambda _: "un texte non vide est attendu",
    "string_too_long": lambda ctx: f"{ctx['max_length']} caractères au plus",
    "string_pattern_mismatch": lambda ctx: f"forme attendue : {ctx['pattern']}",
    "int_type": lambda _: "un nombre entier, sans guillemets, est attendu",
    "int_from_float": lambda _: "un nombre entier, sans décimales, est attendu",
    "bool_type": lambda _: "true ou false est attendu",
    "tuple_type": lambda _: "une liste entre crochets est attendue",
    "list_type": lambda _: "une liste entre crochets est attendue",
    "dict_type": lambda _: "une table est attendue",
    "model_type": lambda _: "une table est attendue",
    "model_attributes_type": lambda _: "une table est attendue",
    "date_type": lambda _: _DATE,
    "date_parsing": lambda _: _DATE,
    "too_short": lambda ctx: f"au moins {ctx['min_length']} élément(s)",
    "too_long": lambda ctx: f"au plus {ctx['max_length']} élément(s)",
    "greater_than_equal": lambda ctx: f"au moins {ctx['ge']}",
    "less_than_equal": lambda ctx: f"au plus {ctx['le']}",
    "value_error": lambda ctx: str(ctx["error"]),
}


def explain_validation(error: ValidationError, model: type[BaseModel]) -> tuple[str, ...]:
    """One French sentence per refused field: its place, what was read, what is admitted.

    `model` is the class that refused; its fields are named where a field does not exist.
    """
    return tuple(_explain(detail, model) for detail in error.errors(include_url=False))


def _explain(detail: ErrorDetails, model: type[BaseModel]) -> str:
    place = _place(detail["loc"])
    kind = detail["type"]
    if kind == "extra_forbidden":
        admitted = ", ".join(fields_at(model, detail["loc"][:-1])) or "aucun"
        return f"{place} : champ inconnu ; champs admis : {admitted}"
    known = _SENTENCES.get(kind)
    sentence = known(detail.get("ctx", {})) if known else f"valeur refusée ({detail['msg']})"
    value = detail["input"]
    read = f" (lu : {_shown(value)})" if kind != "value_error" and isinstance(value, str | int | float) else ""
    return f"{place} : {sentence}{read}" if place else sentence


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _place(loc: Sequence[int | str]) -> str:
    """« indicateurs n° 3, cible »: entries of a list are numbered as people count."""
    words: list[str] = []
    for part in loc:
        if isinstance(part, int) and words:
            words[-1] += f" n° {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words)


def _french_list(expected: str) -> str:
    return expected.replace(" or ", " ou ")


def fields_at(model: type[BaseModel], loc: Sequence[int | str]) -> tuple[str, ...]:
    """Names of the fields of the table at `loc` inside `model`; names that a file chooses itself are passed over."""
    found: type[BaseModel] | None = model
    chosen = False
    for part in loc:
        if found is None or isinstance(part, int) or chosen:
            chosen = False
            continue
        field = found.model_fields.get(part)
        found = _model_in(field.annotation) if field is not None else None
        chosen = field is not None and get_origin(field.annotation) is dict
    return tuple(found.model_fields) if found is not None and not chosen else ()


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg)) is not None), None)
