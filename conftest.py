"""Settings of every test of the workspace: no property is timed, since machines are noisy."""

from hypothesis import settings

settings.register_profile("temoin", deadline=None, print_blob=True)
settings.load_profile("temoin")
