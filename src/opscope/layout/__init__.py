"""From a graph to boxes and wires with coordinates."""
