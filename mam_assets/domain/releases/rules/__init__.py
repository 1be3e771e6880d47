"""The rules a release must pass: one file each, all of the shape ``context.Rule``."""
