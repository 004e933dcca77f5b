"""What a graph costs, known without running it: FLOPs, bytes moved, parameters, activation memory."""

from .estimate import estimate
from .memory import Memory, activation_memory
from .parameters import Parameters, count_parameters

__all__ = ["Memory", "Parameters", "activation_memory", "count_parameters", "estimate"]
