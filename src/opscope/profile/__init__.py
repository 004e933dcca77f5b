"""Run it, measure it, bring the measurements home to ops, layers and source lines."""
