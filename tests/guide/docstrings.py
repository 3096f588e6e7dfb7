"""What stands in the code under a field or a member: the docstrings that Python itself throws away."""

import ast
import inspect
import textwrap
from collections.abc import Mapping


def fields_of(kind: type) -> Mapping[str, str]:
    """The docstring under each field or member of a class, those of its bases first; without one it is absent."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("temoin_sdk"):
            found |= _own(base)
    return found


def _own(kind: type) -> dict[str, str]:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for each, after in zip(tree.body, tree.body[1:], strict=False):
        name = _assigned(each)
        if name and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[name] = " ".join(str(after.value.value).split())
    return found


def _assigned(statement: ast.stmt) -> str | None:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    return target.id if isinstance(target, ast.Name) else None
