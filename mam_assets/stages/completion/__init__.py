"""From the library and the catalogue to verdicts, percentages and missing books."""
