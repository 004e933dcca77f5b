"""The instructions of XLA's programs that are treated apart, by their opcodes. Of compiled code an op's type is its opcode.

No op type of TensorFlow begins with a small letter, so the two cannot be mixed up.
"""

from __future__ import annotations

OPCODE = "opcode"
"""The attribute that all ops of a compiled program have, and no others."""
NOTED_TYPE, NOTED_NAME = "op_type", "op_name"
"""The attributes that say which op of TensorFlow XLA notes."""
PARAMETER, PROGRAM_RESULT, CONSTANT = "parameter", "result", "constant"
"""What it says of arguments, of results (which are no instructions) and of constants: their types are those that TensorFlow has for them."""
TUPLE, TUPLE_ELEMENT = "tuple", "get-tuple-element"
"""What puts tensors together, and takes one out: they hand tensors on."""
BITCAST = "bitcast"
"""What gives a tensor another shape or layout, without moving anything."""
FUSION, WHILE, CONDITIONAL, XLA_CALL = "fusion", "while", "conditional", "call"
"""What runs other computations."""
NOT_OPENED = "not_opened"
"""The attribute of the call of a compiled function, whose instructions are not known, that says why: a list of one text."""
IN_CODE, TUPLE_PART = "part_of_code", "tuple_element"
"""The attributes of an argument whose value became a part of the code, so that the program has no such parameter; and of one that
is not the first tensor of a tuple, which the program has as one parameter."""
EACH_PASSED = frozenset({"IdentityN", TUPLE})
"""Ops, of TensorFlow too, of which each output is the input of the same number."""
