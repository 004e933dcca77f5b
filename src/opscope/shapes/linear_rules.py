"""Shape rules of decompositions, solvers and Fourier transforms, of special functions, and of kernels for a whole layer."""

from __future__ import annotations

from typing import Dict, List

from ..graph.types import Shape
from .inference import InferenceContext
from .rule import Rule, broadcast, keeps_batch, like


def _least_squares(at: InferenceContext) -> List[Shape]:
    """``MatrixSolveLs(matrix of [m, n], rhs of [m, k])``: a solution of n numbers for each column of the right-hand sides."""
    matrix, sides = at.shape(0), at.shape(1)
    if matrix is None or sides is None or len(matrix) != len(sides) or len(sides) < 2:
        return []
    return [(*sides[:-2], matrix[-1], sides[-1])]


def _transforms(rank: int) -> Dict[str, Rule]:
    """The transforms over the last `rank` dimensions. A complex one keeps the shape; a real one changes the last dimension."""
    name = f"{rank}D" if rank > 1 else ""
    return {
        **dict.fromkeys((f"FFT{name}", f"IFFT{name}"), like(0)),
        **dict.fromkeys((f"RFFT{name}", f"IRFFT{name}"), keeps_batch(0, rank)),
    }


def _ctc_loss(at: InferenceContext) -> List[Shape]:
    """``CTCLoss(inputs of [time, batch, classes], ...)``: a loss for each sample, and the gradient of the inputs."""
    shape = at.shape(0)
    return [shape[1:2], shape] if shape is not None and len(shape) == 3 else []


def _broadcast_all(at: InferenceContext) -> List[Shape]:
    found = at.shape(0)
    for index in range(1, at.count):
        found = broadcast(found, at.shape(index))
    return [found]


LINEAR: Dict[str, Rule] = {
    **dict.fromkeys(
        """Cholesky CholeskyGrad MatrixInverse MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3 MatrixSquareRoot
        MatrixLogarithm MatrixExponential Cross Real Imag ComplexAbs Angle Ndtri Dawsn Spence FresnelCos FresnelSin BesselI0 BesselI1 BesselI1e
        BesselJ0 BesselJ1 BesselK0 BesselK0e BesselK1 BesselK1e BesselY0 BesselY1 QuantizeAndDequantize QuantizeAndDequantizeV2
        QuantizeAndDequantizeV3 QuantizeAndDequantizeV4 FakeQuantWithMinMaxVarsPerChannel Dequantize PopulationCount""".split(),
        like(0),
    ),
    **dict.fromkeys("Complex Igamma Igammac Zeta Polygamma Betainc NextAfter BitwiseXor LeftShift RightShift TruncateMod Xlog1py".split(), _broadcast_all),
    "MatrixSolve": like(1), "MatrixSolveLs": _least_squares,
    **dict.fromkeys(
        """Qr Svd SelfAdjointEigV2 Eig Lu MatrixDeterminant LogMatrixDeterminant MatrixDiagPart MatrixDiagPartV2
        MatrixDiagPartV3""".split(),
        keeps_batch(0, 2),
    ),
    **dict.fromkeys(("MatrixDiag", "MatrixDiagV2", "MatrixDiagV3"), keeps_batch(0, 1)),
    **_transforms(1), **_transforms(2), **_transforms(3),
    "CTCLoss": _ctc_loss, "CTCLossV2": _ctc_loss,
    **dict.fromkeys(("LSTMBlockCell", "GRUBlockCell"), keeps_batch(0, 1)),
    **dict.fromkeys("TensorScatterMax TensorScatterMin TensorStridedSliceUpdate XlaDynamicUpdateSlice".split(), like(0)),
}  # fmt: skip
"""Op type -> its rule."""
