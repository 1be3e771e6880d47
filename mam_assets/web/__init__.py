"""The web UI: Dagster's own, behind the guard of ``access``."""
