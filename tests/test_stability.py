"""The check of the sdk's promises, against an old tree made for it: each kind of break is refused by name."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from downstream import stability
from downstream.comparing import compare
from downstream.contract import dump, read_dump, write_dump
from downstream.deprecations import Abandon, RegisterError, check_register, months_after, read_register
from downstream.public import API, COMMANDES, EDITEURS, MAPPING, SIGNES, SORTIES
from downstream.releases import CommitAbsent, Release, extract_sources, name_commit, read_releases, read_versions
from downstream.signatures import compare_signatures

RELEASES = [
    Release("0.2.0", date(2027, 1, 10), "b" * 40),
    Release("0.1.0", date(2026, 11, 26), "a" * 40),
]
TODAY = date(2028, 9, 1)
Old = dict[str, Any]


@pytest.fixture(scope="module")
def here() -> Mapping[str, Any]:
    return dump()


def state_of(old: Old, new: Mapping[str, Any], *entries: Abandon) -> stability.State:
    return stability.State(RELEASES, list(entries), old, new, TODAY)


def removed(key: str, value: Any = "présent") -> Callable[[Old], None]:
    return lambda old: old.update({key: value})


def added(key: str) -> Callable[[Old], None]:
    return lambda old: [old.pop(each) for each in list(old) if each == key or each.startswith((f"{key}/", f"{key}."))]


DEFS = "schemas/rapport/$defs/EtablissementRapport"
BREAKS = {
    "option": (removed("commandes/temoin-sdk/verify/--vite", ["facultatif"]), "verify/--vite a disparu", COMMANDES),
    "argument": (
        removed("commandes/temoin-sdk/verify/fichier", ["obligatoire", "argument 2"]),
        "obligatoire, argument 2, maintenant obligatoire, argument 1",
        COMMANDES,
    ),
    "exit code": (removed("sorties/SOURCE", 14), "sorties/SOURCE a changé : « 14 », maintenant « 4 »", SORTIES),
    "name": (removed("temoin_sdk.http.Bornage", "classe"), "temoin_sdk.http.Bornage a disparu", API),
    "word": (removed("temoin_sdk.Niveau.OUI_DIRE", "oui-dire"), "temoin_sdk.Niveau.OUI_DIRE a disparu", EDITEURS),
    "word's value": (removed("temoin_sdk.Niveau.FAITS", "fait"), "« fait », maintenant « faits »", EDITEURS),
    "relation": (removed("relations/repas", "relation"), "relations/repas a disparu", EDITEURS),
    "column": (removed("relations/sejours/unite", ["facultatif"]), "relations/sejours/unite a disparu", EDITEURS),
    "column newly required": (
        removed("relations/sejours/entree", ["facultatif", "date"]),
        "relations/sejours/entree a changé : facultatif, date, maintenant obligatoire, date",
        EDITEURS,
    ),
    "new column required": (added("relations/sejours/entree"), "entree est nouveau et obligatoire", EDITEURS),
    "field": (removed("temoin_sdk.Sejour.lit", ["facultatif", "str"]), "temoin_sdk.Sejour.lit a disparu", EDITEURS),
    "field's type": (
        removed("temoin_sdk.Sejour.code", ["obligatoire", "int"]),
        "obligatoire, int, maintenant",
        EDITEURS,
    ),
    "setting": (
        removed("temoin_sdk.ReglagesSql/properties/pool"),
        "temoin_sdk.ReglagesSql/pool a disparu",
        EDITEURS,
    ),
    "member of a signed text": (removed(f"{DEFS}/properties/note"), "EtablissementRapport/note a disparu", SIGNES),
    "bound": (removed(f"{DEFS}/properties/feuilles/minimum", -1), "« -1 », maintenant « 0 »", SIGNES),
    "key of a mapping": (removed("schemas/mapping/properties/auteur"), "schemas/mapping/auteur a disparu", MAPPING),
    "key of a mapping, required": (
        added("schemas/mapping/required:nom"),
        "schemas/mapping/required:nom est devenu obligatoire",
        MAPPING,
    ),
    "rule of a mapping": (
        added("schemas/mapping/additionalProperties"),
        "est une exigence nouvelle",
        MAPPING,
    ),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_each_kind_of_break_is_refused(kind: str, here: Mapping[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    spoil, dit, who = BREAKS[kind]
    old = dict(here)
    spoil(old)
    state = state_of(old, here)
    assert stability.say(state, compare(old, here), []) == 1
    said = capsys.readouterr().out
    assert said.count("CASSÉ") == 1
    assert dit in said
    assert f"Qui est touché : {who}." in said
    assert "Que faire : le remettre tel qu'il était et l'annoncer" in said


@pytest.mark.parametrize(
    "spoil",
    [
        added("temoin_sdk.http.Bornes"),
        added("relations/projets"),
        added("commandes/temoin-sdk/verify"),
        added("temoin_sdk.Niveau.FAITS"),
        added("relations/sejours/sortie"),
        removed("relations/sejours/sortie", ["obligatoire", "date"]),
        removed("schemas/mapping/required:version_textes"),
        removed("schemas/mapping/pattern", "x"),
        removed(f"{DEFS}/properties/feuilles/minimum", 7),
    ],
)
def test_what_is_new_or_wider_breaks_nobody(
    spoil: Callable[[Old], None], here: Mapping[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    old = dict(here)
    spoil(old)
    changes = compare(old, here)
    assert changes
    assert stability.say(state_of(old, here), changes, []) == 0
    assert "Rien de ce qui était promis n'est cassé." in capsys.readouterr().out


def test_what_was_announced_long_enough_may_go(here: Mapping[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    old = {**here, "temoin_sdk.http.Bornage": "classe"}
    entry = {"nom": "temoin_sdk.http.Bornage", "remplacement": "temoin_sdk.http.Bornes"}

    def code(**more: Any) -> tuple[int, str]:
        state = state_of(old, here, Abandon.model_validate({**entry, **more}))
        return stability.say(state, compare(old, here), []), capsys.readouterr().out

    assert code(depuis="0.1.0", jusqu_au=date(2028, 8, 31))[0] == 0
    found, said = code(depuis="0.1.0", jusqu_au=TODAY)
    assert (found, "promis jusqu'au 01/09/2028 inclus" in said) == (1, True)
    found, said = code(depuis="0.3.0", jusqu_au=date(2028, 8, 31))
    assert (found, "0.3.0, qui doit l'annoncer, n'est pas encore publiée" in said) == (1, True)


def test_a_raised_contract_admits_breaks(here: Mapping[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    old = {**here, "contrat": here["contrat"] - 1, "temoin_sdk.http.Bornage": "classe"}
    assert stability.say(state_of(old, here), compare(old, here), []) == 0
    assert "(contrat 0 élevé à 1)" in capsys.readouterr().out


def test_the_register_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "deprecations.toml"
    rest = 'remplacement = "a.c, qui dit aussi quand"\n'
    path.write_text(
        f'[[abandons]]\nnom = "a.b"\ndepuis = "0.1.0"\njusqu_au = 2028-05-25\n{rest}'
        f'[[abandons]]\nnom = "x.y"\ndepuis = "0.1.5"\njusqu_au = 2029-01-01\n{rest}'
    )
    faults = check_register(read_register(path), RELEASES, ["a.b.c"])
    assert [fault.partition(" :")[0] for fault in faults] == [
        "« a.b »",
        "« x.y » n'est le nom de rien",
        "« x.y »",
    ]
    assert "jusqu_au = 2028-05-26 ou plus tard" in faults[0]
    assert "jamais été publiée" in faults[2]
    path.write_text('[[abandon]]\n[[abandons]]\nnom = "a.b"\ndepuis = "demain"\n')
    with pytest.raises(RegisterError, match="abandon n° 1") as refused:
        read_register(path)
    assert "« abandon » n'est pas connu" in str(refused.value)
    assert months_after(date(2026, 8, 31), 18) == date(2028, 2, 29)


OLD = {
    "contract/__init__.py": "from temoin_sdk.contract.inner import Gone, Kept, ask\n"
    "__all__ = ['Gone', 'Kept', 'ask']\n",
    "contract/inner.py": (
        "class Base: ...\n"
        "class Gone: ...\n"
        "class Kept(Base):\n"
        "    words: int = 1\n"
        "    def read(self, a: int, b: int = 1, *, c: int = 2) -> int: ...\n"
        "    def _hidden(self) -> None: ...\n"
        "def ask(a: int, b: int) -> None: ...\n"
    ),
}
CHANGES = {
    "member removed": ("    words: int = 1\n", "", "temoin_sdk.contract.Kept.words a disparu"),
    "method removed": ("def read(", "def _read(", "temoin_sdk.contract.Kept.read a disparu"),
    "parameter removed": (", b: int = 1", "", "temoin_sdk.contract.Kept.read(b) a disparu"),
    "parameter renamed": ("*, c: int = 2", "*, d: int = 2", "temoin_sdk.contract.Kept.read(c) a disparu"),
    "parameter required": ("b: int = 1", "b: int", "temoin_sdk.contract.Kept.read(b) est devenu obligatoire"),
    "parameter added": ("c: int = 2", "c: int = 2, e: int", "read(e) est nouveau et obligatoire"),
    "parameters swapped": (
        "ask(a: int, b: int)",
        "ask(b: int, a: int)",
        "temoin_sdk.contract.ask(a) a changé de place",
    ),
    "keyword only": ("a: int, b: int)", "a: int, *, b: int)", "ask(b) ne se passe plus de la même façon"),
    "default": ("b: int = 1", "b: int = 7", "n'a plus la même valeur par défaut : 1, maintenant 7"),
    "base removed": ("class Kept(Base)", "class Kept", "Kept n'hérite plus"),
    "another kind": (
        "def ask(a: int, b: int) -> None: ...",
        "ask = 1",
        "temoin_sdk.contract.ask est devenu autre chose",
    ),
}


def write_tree(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in {"__init__.py": "", **files}.items():
        path = folder / "temoin_sdk" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize("kind", CHANGES)
def test_each_break_of_a_signature_is_seen(kind: str, tmp_path: Path) -> None:
    before, after, dit = CHANGES[kind]
    assert before in OLD["contract/inner.py"]
    new = {**OLD, "contract/inner.py": OLD["contract/inner.py"].replace(before, after)}
    found = compare_signatures(write_tree(tmp_path / "old", OLD), write_tree(tmp_path / "new", new))
    assert all(one.casse for one in found)
    assert any(dit in f"{one.nom} {one.dit}" for one in found), found


def test_what_moves_or_is_not_promised_breaks_nothing(tmp_path: Path) -> None:
    moved = (
        OLD["contract/inner.py"].replace("_hidden", "_other").replace("a: int, b: int)", "a: int, b: int, c: int = 0)")
    )
    new = {"contract/__init__.py": OLD["contract/__init__.py"].replace("inner", "moved"), "contract/moved.py": moved}
    assert compare_signatures(write_tree(tmp_path / "old", OLD), write_tree(tmp_path / "new", new)) == []


def test_the_dump_is_kept_as_it_is(here: Mapping[str, Any], tmp_path: Path) -> None:
    write_dump("0.1.0", here, tmp_path)
    assert read_dump("0.1.0", tmp_path) == here
    assert "0x" not in (tmp_path / "0.1.0.json").read_text()


def test_the_changelog_says_what_was_released(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    assert read_releases(path) == []
    path.write_text(
        "# Témoin 0.10.0 (2027-03-02)\n\n## Nouveau\n\n- Rien.\n\n"
        f"# Témoin 0.9.0 (2027-01-02)\n\nCommit : `{'c' * 40}`\n"
    )
    assert [one.version for one in read_versions(path)] == ["0.10.0", "0.9.0"]
    assert read_releases(path) == [Release("0.9.0", date(2027, 1, 2), "c" * 40)]
    name_commit("0.10.0", "d" * 40, path)
    assert [(one.version, one.commit) for one in read_releases(path)] == [("0.10.0", "d" * 40), ("0.9.0", "c" * 40)]


def test_as_long_as_nothing_is_released_the_check_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stability.main(tmp_path / "CHANGELOG.md") == 0
    assert "Rien n'est encore publié" in capsys.readouterr().out


def test_a_commit_that_is_not_there_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CommitAbsent, match="n'est pas un dépôt git"):
        extract_sources("a" * 40, tmp_path / "x", root=tmp_path)
    with pytest.raises(CommitAbsent, match="manque à cette copie"):
        extract_sources("a" * 40, tmp_path / "x")
