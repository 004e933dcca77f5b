"""Runs a traced function, measures it, and attributes the measurements to ops, layers and source lines."""
