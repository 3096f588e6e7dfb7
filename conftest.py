"""Settings of every test of the workspace: no property is timed, since machines are noisy."""

from hypothesis import HealthCheck, settings

settings.register_profile("temoin", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("temoin")
