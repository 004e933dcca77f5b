"""From a graph to a drawing: boxes and wires with coordinates."""
