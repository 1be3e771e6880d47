"""The disk as an outside system: linking, tags, torrent files, and whether hardlinks work."""
