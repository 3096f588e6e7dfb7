"""`python -m downstream.release VERSION`: cut a version, in two commits. Nothing is pushed and nothing is published.

The first commit is the version: its number in every distribution, the changelog, the dump of the contract. The second
names the first in the changelog, and keeps what the first one's code signed.
"""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NoReturn

from downstream import RACINE
from downstream.contract import dump, write_dump
from downstream.corpus import CORPUS, write_corpus
from downstream.environment import read_parts
from downstream.releases import extract_sources, name_commit, rank_of, read_releases, read_versions

_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
_LINES: Final = {"pyproject.toml": r'^version = ".*"$', "src/temoin_sdk/__init__.py": r'^__version__ = ".*"$'}


def main(arguments: list[str]) -> None:
    """Cut the version that is named."""
    version = _asked(arguments)
    _refuse_what_is_not_ready(version)
    before = git("rev-parse", "HEAD")
    try:
        commit = commit_version(version, date.today())  # noqa: DTZ011 - the civil day on which it comes out
        commit_proofs(version, commit)
    except BaseException:
        print(f"\nRien n'est publié. Pour revenir au point de départ : git reset --hard {before}", file=sys.stderr)
        raise
    print(f"Version {version} : commit {commit}.")
    print("Rien n'est envoyé. Relire (git log -2 -p --stat), lancer .ci/run, puis pousser la branche.")


def commit_version(version: str, day: date) -> str:
    """The commit that is the version."""
    set_version(version)
    run(sys.executable, "-m", "towncrier", "build", "--yes", "--version", version, "--date", day.isoformat())
    write_dump(version, dump())
    git("add", "--all")
    git("commit", "--quiet", "--message", f"Release {version}")
    return git("rev-parse", "HEAD")


def commit_proofs(version: str, commit: str) -> None:
    """The commit after it, which names it and keeps what its code signed."""
    with TemporaryDirectory() as folder:
        tree = extract_sources(commit, Path(folder))
        write_corpus(version, commit, tree, CORPUS / version)
    name_commit(version, commit)
    git("add", "--all")
    said = "A commit cannot hold its own number. The files were signed by that code and by keys thrown away since."
    git("commit", "--quiet", "--message", f"Name the commit of {version}, and keep what it signed", "--message", said)


def set_version(version: str, tree: Path = RACINE) -> None:
    """Write the number in every distribution of a tree, and in the sdk itself."""
    for part in read_parts(tree).values():
        for name, line in _LINES.items():
            path = part / name
            if path.is_file():
                key = line.removeprefix("^").partition(" ")[0]
                text, times = re.subn(
                    line, f'{key} = "{version}"', path.read_text("utf-8"), count=1, flags=re.MULTILINE
                )
                if times != 1:
                    _refuse(f"{path.relative_to(tree)} ne dit pas sa version sur une ligne « {key} = … ».")
                path.write_text(text, "utf-8")


def _asked(arguments: list[str]) -> str:
    if len(arguments) != 1 or not _VERSION.fullmatch(arguments[0]):
        _refuse("dire laquelle, en trois nombres : make release VERSION=0.1.0")
    return arguments[0]


def _refuse_what_is_not_ready(version: str) -> None:
    known = read_versions()
    if known and rank_of(version) <= known[0].rank:
        _refuse(f"{version} ne vient pas après {known[0].version}, la dernière de CHANGELOG.md.")
    if len(read_releases()) != len(known):
        _refuse(f"CHANGELOG.md ne nomme pas le commit de {known[0].version} : sa publication n'est pas finie.")
    if git("status", "--porcelain"):
        _refuse("des fichiers ne sont pas enregistrés (git status) : une version est un commit, entier.")
    if not any(path.suffix == ".md" for path in (RACINE / "changelog.d").iterdir()):
        _refuse("changelog.d/ est vide : il n'y a rien de nouveau à dire.")
    if subprocess.run([sys.executable, "-m", "downstream.stability"], cwd=RACINE, check=False).returncode:
        _refuse("la trousse ne tient pas ce qu'elle a promis (ci-dessus).")


def git(*words: str) -> str:
    """What git answers in this checkout."""
    done = subprocess.run(["git", "-C", RACINE, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        _refuse(f"git {' '.join(words)} : {done.stderr.strip()}")
    return done.stdout.strip()


def run(*words: str) -> None:
    """One command in this checkout; its failure ends everything."""
    done = subprocess.run(words, cwd=RACINE, capture_output=True, text=True, check=False)
    if done.returncode:
        _refuse(f"{' '.join(words)} :\n{done.stdout}{done.stderr}")


def _refuse(why: str) -> NoReturn:
    sys.exit(f"Version refusée : {why}")


if __name__ == "__main__":
    main(sys.argv[1:])
