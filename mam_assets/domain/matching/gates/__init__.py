"""The gates of the matching, one rule per file. Each takes a ``Pair`` and gives a verdict, or None to pass it on."""
