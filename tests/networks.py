"""Networks made of stages and blocks, written down op by op, for what folds them and what shows their copies."""

from __future__ import annotations

from graphs import Builder
from opscope.graph.types import TensorType


class Network:
    """A network as Keras's functional models have it: one flat row of named layers, each of a few ops."""

    def __init__(self):
        self.make = Builder()
        self.last = self.make.op("x", "Placeholder")

    def layer(self, name, *inputs, ops=("Conv2D", "BiasAdd"), out=(1, 8), stride=1, padding="SAME"):
        """Add a layer on what was added last, or on `inputs`; gives its output."""
        group = self.group(name)
        sources = inputs or (self.last,)
        for place, kind in enumerate(ops):
            more = {"strides": [1, stride, stride, 1], "padding": padding} if kind == "Conv2D" else {}
            out_type = [TensorType("float32", out)]
            sources = [self.make.op(f"{name}/{place}", kind, *sources, group=group, out=out_type, **more)]
        self.last = sources[0]
        return self.last

    def group(self, name):
        return self.make.group(name, "layer", cls="Layer")

    def graph(self):
        return self.make.graph("net", ["x"], [self.last])


class Scoped(Network):
    """A network as a frozen graph has it: nothing but name scopes, nested as the author nested them."""

    def group(self, name):
        return self.make.scope(name)


def residual(*stages, projections=True, net=None, name="conv{}_block{}_"):
    """Stages of residual blocks; the first block of a stage halves the size and, with a projection, widens."""
    net = net or Network()
    net.layer("stem")
    for stage, blocks in enumerate(stages):
        out = (64 >> stage, 8 << stage)
        for block in range(blocks):
            here, start, stride = name.format(stage, block), net.last, 2 if stage and not block else 1
            for layer in ("1", "2"):
                net.layer(f"{here}{layer}_conv", out=out, stride=stride if layer == "1" else 1)
                net.layer(f"{here}{layer}_bn", ops=("FusedBatchNormV3", "Identity"), out=out)
                net.layer(f"{here}{layer}_relu", ops=("Relu",), out=out)
            main = net.last
            if projections and block == 0:
                start = net.layer(f"{here}0_conv", start, out=out, stride=stride)
            net.layer(f"{here}add", main, start, ops=("AddV2",), out=out)
            net.layer(f"{here}out", ops=("Relu",), out=out)
    net.layer("head", ops=("Mean", "MatMul"))
    return net.graph()


def inverted(*stages, padded=True, dropout=False, net=None, name="stage{}_block{}_"):
    """Stages of blocks as MobileNetV2 has them: the first of a stage changes the shape, so that it adds nothing to what it computes.

    `padded`: it halves the size, with a padding of its own. `dropout`: what is added goes through a dropout.
    """
    net = net or Network()
    net.layer("stem")
    for stage, blocks in enumerate(stages):
        out = (64 >> stage, 8 << stage)
        for block in range(blocks):
            here, start, strided = name.format(stage, block), net.last, padded and not block
            net.layer(f"{here}expand", out=out)
            net.layer(f"{here}expand_relu", ops=("Relu6",), out=out)
            if strided:
                net.layer(f"{here}pad", ops=("Pad",), out=out)
            net.layer(f"{here}conv", out=out, stride=2 if strided else 1, padding="VALID" if strided else "SAME")
            net.layer(f"{here}conv_relu", ops=("Relu6",), out=out)
            net.layer(f"{here}project", out=out)
            main = net.layer(f"{here}project_bn", ops=("FusedBatchNormV3",), out=out)
            if block and dropout:
                main = net.layer(f"{here}drop", ops=("Mul", "Mul"), out=out)
            if block:
                net.layer(f"{here}add", main, start, ops=("AddV2",), out=out)
    net.layer("head", ops=("Mean", "MatMul"))
    return net.graph()
