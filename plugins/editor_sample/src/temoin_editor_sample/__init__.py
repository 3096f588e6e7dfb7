"""Residia, a fictitious French DUI, and the plugin that lets Témoin count its usage: the one an editor copies.

`plugin` is what an editor writes. Everything else invents a database to read: `etablissements` names the twelve sites
of a fictitious gestionnaire, `generate` writes two years of their life.
"""

from temoin_editor_sample.etablissements import EJ, ETABLISSEMENTS, SIREN, Etablissement, etablissements_at

__all__ = ["EJ", "ETABLISSEMENTS", "SIREN", "Etablissement", "etablissements_at"]
