"""`python -m downstream.redump`: write every kept dump anew from the released sources, when the dumper changed."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from downstream import RACINE
from downstream.releases import extract_sources, read_releases

_CODE: Final = "import sys; from downstream.contract import dump, write_dump; write_dump(sys.argv[1], dump())"


def main() -> None:
    """Every release that this clone holds. Raises CommitAbsent for the others."""
    for release in read_releases():
        assert release.commit is not None  # noqa: S101 - releases all name theirs
        with TemporaryDirectory() as folder:
            old = extract_sources(release.commit, Path(folder))
            path = os.pathsep.join((str(old / "sdk" / "src"), str(RACINE)))
            command = [sys.executable, "-c", _CODE, release.version]
            subprocess.run(command, cwd=RACINE, env=os.environ | {"PYTHONPATH": path}, check=True)
        print(f"downstream/contrats/{release.version}.json")


if __name__ == "__main__":
    main()
