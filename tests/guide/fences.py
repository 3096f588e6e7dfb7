"""The fenced blocks of a tutorial, in order: files to write, files to change, commands with what they print.

A fence `python title="a/path.py"` (or toml, …) is a whole file. `diff title="a/path.py"` is a change: its lines of
` ` and `-` stand in the file once, and its lines of ` ` and `+` take their place. In a fence `console exit=1`, `$ `
starts a command and the lines below it are found in what it prints, in this order; `…` stands for anything, French
spaces are plain ones, and the last command ends with `exit` (0 where nothing is said).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FENCE: Final = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPACES: Final = str.maketrans("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", "  ")
_ATTRIBUTE: Final = re.compile(r'(\w+)="?([^" ]+)"?')


@dataclass(frozen=True)
class Write:
    """A whole file."""

    line: int
    path: str
    text: str

    def apply(self, folder: Path) -> None:
        """Write it under the folder, in place of what was there."""
        (folder / self.path).write_text(self.text, "utf-8")


@dataclass(frozen=True)
class Change:
    """A part of a file, and what takes its place."""

    line: int
    path: str
    before: str
    after: str

    def apply(self, folder: Path) -> None:
        """Change it. AssertionError unless the part stands there exactly once."""
        text = (folder / self.path).read_text("utf-8")
        assert text.count(self.before) == 1, f"line {self.line}: found {text.count(self.before)} times in {self.path}"
        (folder / self.path).write_text(text.replace(self.before, self.after), "utf-8")


@dataclass(frozen=True)
class Command:
    """A command, the lines it must print, and how it ends."""

    line: int
    text: str
    printed: tuple[str, ...]
    exit: int

    def check(self, code: int, output: str) -> None:
        """AssertionError with the whole output, unless it ended so and every line was printed in order."""
        assert code == self.exit, f"line {self.line}: `{self.text}` ended with {code}\n{output}"
        at, plain = 0, output.translate(_SPACES)
        for line in self.printed:
            found = re.compile(".*".join(re.escape(each) for each in line.split("…"))).search(plain, at)
            assert found, f"line {self.line}: `{self.text}` did not print « {line} » there:\n{output}"
            at = found.end()


Step = Write | Change | Command


def steps_of(text: str) -> Iterator[Step]:
    """Every step of a tutorial; fences without a title, other than consoles, are only shown."""
    for fence in _FENCE.finditer(text):
        kind, words, body = fence.groups()
        line = text.count("\n", 0, fence.start()) + 1
        told = dict(_ATTRIBUTE.findall(words))
        if kind == "console":
            yield from _commands(body, line, int(told.get("exit", 0)))
        elif kind == "diff" and "title" in told:
            lines = body.splitlines()
            yield Change(line, told["title"], _side(lines, " -"), _side(lines, " +"))
        elif "title" in told:
            yield Write(line, told["title"], body)


def _side(lines: list[str], marks: str) -> str:
    return "".join(f"{line[1:]}\n" for line in lines if not line or line[0] in marks)


def _commands(body: str, line: int, exit_: int) -> Iterator[Command]:
    parts = [part.splitlines() for part in re.split(r"^\$ ", body, flags=re.MULTILINE) if part.strip()]
    for rank, (command, *printed) in enumerate(parts, start=1):
        wanted = tuple(each.rstrip() for each in printed if each.strip() not in ("", "…"))
        yield Command(line, command, wanted, exit_ if rank == len(parts) else 0)
