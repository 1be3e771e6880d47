"""The rules an import must pass: one file each, all of the shape ``context.Rule``."""
