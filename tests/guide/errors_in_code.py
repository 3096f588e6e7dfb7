"""Every error code that the sdk can raise, read from its source: nobody keeps a list by hand.

Each call of an error class is looked at where it stands: its `code`, its sentence, who must act. A function that is
given the code (`_breach(message, code)`) is followed to those who call it, within one module. `Sign` and `Telling`
carry a code until an error is made of them, and count as errors.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from temoin_sdk import errors
from temoin_sdk.errors import Acteur, MappingError, TemoinError

ERRORS: Final[Mapping[str, type[TemoinError]]] = {
    name: each for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, TemoinError)
}
CARRIERS: Final[Mapping[str, type[TemoinError]]] = {"Sign": MappingError, "Telling": errors.ConnectionRefused}
"""Classes whose instances become errors later, and which error."""

WARNING: Final = "Avertissement"
Environment = Mapping[str, ast.expr]


@dataclass(frozen=True, order=True)
class Found:
    """One code. `kind` is the class raised, or `Avertissement`; `phrase` its French sentence, `…` for values."""

    code: str
    kind: str
    acteur: str
    phrase: str
    module: str = field(compare=False)


def find_errors(root: Path) -> list[Found]:
    """Every code of every module under a package's folder, sorted, one entry per code and sentence."""
    found: set[Found] = set()
    for path in sorted(root.rglob("*.py")):
        module = path.relative_to(root).with_suffix("").as_posix().replace("/", ".")
        found.update(_Module(ast.parse(path.read_text("utf-8")), module).all())
    return sorted(found)


class _Module:
    """One module: its constants, its functions, the fields of its carriers."""

    def __init__(self, tree: ast.Module, name: str) -> None:
        self.name = name
        self.tree = tree
        self.functions = {each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
        self.constants: dict[str, ast.expr] = {}
        self.fields: dict[str, list[str]] = {}
        for each in tree.body:
            if isinstance(each, ast.ClassDef):
                inside = [one for one in each.body if isinstance(one, ast.AnnAssign)]
                self.fields[each.name] = [one.target.id for one in inside if isinstance(one.target, ast.Name)]
            elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value is not None:
                self.constants[each.target.id] = each.value
            elif isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
                self.constants[each.targets[0].id] = each.value

    def all(self) -> Iterator[Found]:
        """Everything raised here."""
        yield from self._within(self.tree, {}, ())

    def _within(self, node: ast.AST, env: Environment, trail: tuple[str, ...]) -> Iterator[Found]:
        for call in (each for each in ast.walk(node) if isinstance(each, ast.Call)):
            name = _name_of(call)
            if name in ERRORS or name in CARRIERS or name == WARNING:
                yield from self._raised(call, name, env)
            elif name in self.functions and name not in trail:
                function = self.functions[name]
                yield from self._within(function, self._bound(function, call, env), (*trail, name))

    def _bound(self, function: ast.FunctionDef, call: ast.Call, env: Environment) -> Environment:
        """What the parameters of a function are in this call; those it is not given keep their defaults."""
        names = [each.arg for each in function.args.args if each.arg != "self"]
        bound = dict(zip(reversed(names), reversed(function.args.defaults), strict=False))
        bound |= dict(zip(names, call.args, strict=False))
        bound |= {each.arg: each.value for each in call.keywords if each.arg is not None}
        return {name: self._seen(value, env) for name, value in bound.items()}

    def _seen(self, value: ast.expr, env: Environment) -> ast.expr:
        if isinstance(value, ast.Name):
            return env.get(value.id, self.constants.get(value.id, value))
        return value

    def _raised(self, call: ast.Call, name: str, env: Environment) -> Iterator[Found]:
        given = {each.arg: each.value for each in call.keywords if each.arg is not None}
        order = self.fields.get(name, []) if name in CARRIERS else ["message"]
        given = dict(zip(order, call.args, strict=False)) | given
        either = isinstance(given.get("code"), ast.IfExp)
        for each in _sides(given) if either else [given]:
            kind = each.get("kind")
            chosen = kind.id if isinstance(kind, ast.Name) else name
            yield from self._told(each, {**ERRORS, **CARRIERS}.get(chosen), env)

    def _told(self, given: Environment, kind: type[TemoinError] | None, env: Environment) -> Iterator[Found]:
        code = self._text(given["code"], env) if "code" in given else (kind.code if kind else None)
        if code is None or "…" in code:
            return  # whoever calls this function says it
        if "acteur" in given:
            acteur = Acteur[_attribute(self._seen(given["acteur"], env))].value
        else:
            acteur = kind.acteur.value if kind is not None else Acteur.PERSONNE.value
        phrase = self._text(given.get("message", given.get("phrase", ast.Constant("…"))), env) or "…"
        yield Found(code, kind.__name__ if kind is not None else WARNING, acteur, phrase, self.name)

    def _text(self, value: ast.expr, env: Environment) -> str | None:
        """The text that an expression is, `…` for what is only known when it runs."""
        value = self._seen(value, env)
        match value:
            case ast.Constant(value=str() as text):
                return text
            case ast.JoinedStr(values=parts):
                return "".join(self._text(each, env) or "…" for each in parts)
            case ast.FormattedValue(value=inner):
                return self._text(inner, env)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return (self._text(left, env) or "…") + (self._text(right, env) or "…")
        return None


def _name_of(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr if isinstance(function.value, ast.Name) and function.value.id == "self" else ""
    return function.id if isinstance(function, ast.Name) else ""


def _attribute(value: ast.expr) -> str:
    return value.attr if isinstance(value, ast.Attribute) else "PERSONNE"


def _sides(given: Environment) -> Iterator[Environment]:
    """Both outcomes of arguments that are chosen by one condition (`a if packed else b`)."""
    for side in ("body", "orelse"):
        yield {name: getattr(each, side) if isinstance(each, ast.IfExp) else each for name, each in given.items()}
