"""The commands of `mam-assets`, one module per verb."""
