"""A new project for an editor, complete and green at once: he replaces what it reads, and keeps the rest.

`render` gives its files as texts, `write_project` puts them in a folder; needs the extra `kit`.
"""

from temoin_sdk.scaffold.engines import MOTEURS, Moteur
from temoin_sdk.scaffold.names import Noms, derive_names
from temoin_sdk.scaffold.rendering import Genre, render
from temoin_sdk.scaffold.writing import write_project

__all__ = ["MOTEURS", "Genre", "Moteur", "Noms", "derive_names", "render", "write_project"]
