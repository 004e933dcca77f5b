"""What a graph costs, told from its shapes without running it: FLOPs, MACs, bytes moved, parameters, activation memory."""

from .estimate import estimate, estimate_with_memory, estimates_of_all
from .memory import Memory, activation_memory
from .parameters import Parameters, count_parameters

__all__ = [
    "Memory",
    "Parameters",
    "activation_memory",
    "count_parameters",
    "estimate",
    "estimate_with_memory",
    "estimates_of_all",
]
