"""Every link of the repository's documents leads to a file, and to a heading where it names one."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from guide.markdown import anchor

ROOT = Path(__file__).parents[1]
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def documents() -> list[str]:
    """Every Markdown file that is kept, templates and changelog fragments aside."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return sorted(path for path in set(listed) if (ROOT / path).exists())


def anchors(path: Path) -> set[str]:
    """Where a link may lead within a document."""
    titles = _HEADING.findall(_FENCE.sub("", path.read_text("utf-8")))
    return {anchor(re.sub(r"[`*]", "", title)) for title in titles}


@pytest.mark.parametrize("document", documents())
def test_links_resolve(document: str) -> None:
    text = _FENCE.sub("", (ROOT / document).read_text("utf-8"))
    for link in _LINK.findall(text):
        target, _, heading = unquote(link).partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        path = (ROOT / document).parent / target if target else ROOT / document
        assert path.exists(), link
        if heading:
            assert heading in anchors(path), link
