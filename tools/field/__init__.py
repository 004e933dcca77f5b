"""The models in which `tools/check_field.py` looks for false alarms, by where they come from."""
