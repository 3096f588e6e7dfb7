"""What the guide is made and run by: it follows codes through functions, and refuses a tutorial that is not so."""

from pathlib import Path

import pytest
from guide.errors_in_code import find_errors
from guide.fences import Change, Command, Write, steps_of

MODULE = """
def check(what, packed):
    if what:
        raise _breach("Le nom manque.", "nom_manque")
    if packed:
        raise MappingError("Trop." if packed else "Pas assez.", remede="", code="trop" if packed else "pas_assez")
    raise ConnectionRefused(f"{what} ne répond pas.", remede="")

def _breach(message, code):
    return PluginError(message, remede="", code=code, acteur=Acteur.GESTIONNAIRE)
"""

PAGE = """
```python title="a.py"
one = 1
two = 2
```

```diff title="a.py"
 one = 1
-two = 2
+two = 3
```

```console exit=1
$ echo un
un
$ echo deux; false
…
de…x
```

```toml
shown = "only"
```
"""


def test_codes_are_followed_through_functions_and_conditions(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(MODULE, "utf-8")
    found = {each.code: (each.kind, each.acteur, each.phrase) for each in find_errors(tmp_path)}
    assert found == {
        "connexion": ("ConnectionRefused", "gestionnaire", "… ne répond pas."),
        "nom_manque": ("PluginError", "gestionnaire", "Le nom manque."),
        "pas_assez": ("MappingError", "éditeur", "Pas assez."),
        "trop": ("MappingError", "éditeur", "Trop."),
    }


def test_a_page_is_read_as_files_changes_and_commands(tmp_path: Path) -> None:
    write, change, first, second = steps_of(PAGE)
    assert isinstance(write, Write)
    assert isinstance(change, Change)
    write.apply(tmp_path)
    change.apply(tmp_path)
    assert (tmp_path / "a.py").read_text("utf-8") == "one = 1\ntwo = 3\n"
    with pytest.raises(AssertionError, match="found 0 times"):
        change.apply(tmp_path)
    assert first == Command(first.line, "echo un", ("un",), 0)
    assert second == Command(second.line, "echo deux; false", ("de…x",), 1)


def test_a_command_is_refused_for_its_end_or_for_what_it_does_not_print() -> None:
    command = Command(1, "compter", ("un …", "trois"), 0)
    command.check(0, "un\N{NARROW NO-BREAK SPACE}peu\ndeux\ntrois\n")
    with pytest.raises(AssertionError, match="ended with 1"):
        command.check(1, "un peu\ntrois\n")
    with pytest.raises(AssertionError, match="did not print « trois » there"):
        command.check(0, "trois\nun peu\n")
