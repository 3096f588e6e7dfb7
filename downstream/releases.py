"""Which versions were released, and from which commit: CHANGELOG.md says it, and nothing else does."""

import re
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final

from downstream import RACINE

CHANGELOG: Final = RACINE / "CHANGELOG.md"
EXIGEES: Final = "TEMOIN_PUBLICATIONS"
"""Set by CI: a check that needs a released commit fails where it is missing, instead of saying why it skips."""

RIEN: Final = (
    "Rien n'est encore publié : CHANGELOG.md ne nomme aucune version. Il n'y a pas de version à laquelle comparer."
)
_VERSION: Final = re.compile(r"^# Témoin (?P<version>\d+\.\d+\.\d+) \((?P<jour>\d{4}-\d{2}-\d{2})\)$")
_COMMIT: Final = re.compile(r"^Commit : `(?P<commit>[0-9a-f]{40})`$")


@dataclass(frozen=True, slots=True)
class Release:
    """A released version. `commit` is None in that very commit: the next one names it."""

    version: str
    jour: date
    commit: str | None

    @property
    def rank(self) -> tuple[int, ...]:
        """Versions in their order: 0.10.0 comes after 0.9.0."""
        return rank_of(self.version)


class CommitAbsent(Exception):
    """The released commit is not in this clone; the message says why, in French."""


def rank_of(version: str) -> tuple[int, ...]:
    """A version's place among others."""
    return tuple(int(part) for part in version.split("."))


def read_releases(changelog: Path = CHANGELOG) -> list[Release]:
    """Every version that the changelog names with its commit, the latest first; none as long as nothing is released."""
    return [one for one in read_versions(changelog) if one.commit is not None]


def read_versions(changelog: Path = CHANGELOG) -> list[Release]:
    """Every version of the changelog, the one that is being cut included."""
    if not changelog.is_file():
        return []
    found: list[Release] = []
    for line in changelog.read_text("utf-8").splitlines():
        if head := _VERSION.match(line):
            found.append(Release(head["version"], date.fromisoformat(head["jour"]), None))
        elif found and found[-1].commit is None and (named := _COMMIT.match(line)):
            found[-1] = Release(found[-1].version, found[-1].jour, named["commit"])
    return sorted(found, key=lambda one: one.rank, reverse=True)


def name_commit(version: str, commit: str, changelog: Path = CHANGELOG) -> None:
    """Write under the heading of a version which commit it is."""
    lines = changelog.read_text("utf-8").splitlines(keepends=True)
    rank = next(
        rank for rank, line in enumerate(lines) if (head := _VERSION.match(line)) and head["version"] == version
    )
    lines[rank + 1 : rank + 1] = ["\n", f"Commit : `{commit}`\n"]
    changelog.write_text("".join(lines), "utf-8")


def extract_sources(commit: str, folder: Path, root: Path = RACINE) -> Path:
    """The files of a commit in an empty folder, which is given back. Raises CommitAbsent."""
    if not (root / ".git").exists():
        raise CommitAbsent("ce dossier n'est pas un dépôt git : l'histoire n'y est pas (archive exportée)")
    words = ["git", "-C", str(root), "archive", "--format=tar", commit]
    done = subprocess.run(words, capture_output=True, check=False)
    if done.returncode:
        raise CommitAbsent(
            f"le commit {commit[:12]} manque à cette copie du dépôt (clone partiel : git fetch --unshallow)"
        )
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder
