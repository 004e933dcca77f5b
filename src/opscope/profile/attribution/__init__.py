"""From the records of a run to figures on ops, layers and source lines: whose each event was, and how its time is shared."""
