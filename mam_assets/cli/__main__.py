"""`python -m mam_assets.cli`: the same as `mam-assets`."""

from .app import main

main()
