"""The op types whose work is worth saving: products of matrices and convolutions, and what is solved or decomposed."""

from __future__ import annotations

from ..cost.formulas.contract import FORMULAS

SOLVERS = frozenset(
    {
        "Cholesky", "MatrixInverse", "MatrixDeterminant", "LogMatrixDeterminant", "MatrixSolve", "MatrixTriangularSolve", "MatrixSolveLs",
        "MatrixSquareRoot", "MatrixExponential", "Svd", "Qr", "SelfAdjointEigV2", "Eig", "FFT", "FFT2D", "FFT3D", "RFFT", "RFFT2D", "IRFFT", "IRFFT2D",
    }
)  # fmt: skip
"""Ops of linear algebra whose work grows faster than their tensors."""
HEAVY = frozenset(FORMULAS) | SOLVERS
"""All of them."""
