"""What python3-onnxruntime's own quantisation toolkit makes of a model: scales, zero points and codes by layer.

Usage: _toolkit.py MODEL SAMPLES.npz-like.json KIND; writes one line of JSON. Nothing here knows of tenlane.
"""

import base64
import json
import sys
import tempfile

import numpy
import onnx
import onnx.reference  # before onnxruntime, whose own copy registers the same schemas
from onnx import numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)


class Samples(CalibrationDataReader):
    def __init__(self, samples):
        self.left = iter(samples)

    def get_next(self):
        return next(self.left, None)


def shown(tensor):
    array = numpy_helper.to_array(tensor)
    return {"type": str(array.dtype), "numbers": array.flatten().tolist()}


def static_layers(model):
    constants = {each.name: each for each in model.graph.initializer}
    producers = {name: node for node in model.graph.node for name in node.output}
    readers = {}
    for node in model.graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)

    def described(node):
        return [shown(constants[name]) for name in node.input if name in constants]

    layers = {}
    for node in model.graph.node:
        if node.op_type not in ("Conv", "Gemm"):
            continue
        layers[node.name] = {
            "inputs": [described(producers[name]) for name in node.input],
            "output": [described(each) for each in readers.get(node.output[0], [])],
        }
    return layers


def dynamic_layers(model):
    constants = {each.name: each for each in model.graph.initializer}
    return {
        node.input[1]: shown(constants[node.input[1]])
        for node in model.graph.node
        if node.op_type == "MatMulInteger"
    }


def block_layers(path, symmetric):
    from onnxruntime.quantization.matmul_4bits_quantizer import MatMul4BitsQuantizer

    quantiser = MatMul4BitsQuantizer(onnx.load(path), 32, symmetric, accuracy_level=4)
    quantiser.process()
    model = quantiser.model.model
    constants = {each.name: each for each in model.graph.initializer}
    return {
        node.name: [shown(constants[name]) for name in node.input if name in constants]
        for node in model.graph.node
        if node.op_type == "MatMulNBits"
    }


def main():
    question = json.load(sys.stdin)
    path, kind = question["file"], question["kind"]
    samples = [
        {
            name: numpy.frombuffer(base64.b64decode(each["bytes"]), numpy.float32).reshape(each["dims"])
            for name, each in sample.items()
        }
        for sample in question.get("samples", [])
    ]
    with tempfile.NamedTemporaryFile(suffix=".onnx") as out:
        if kind == "static":
            quantize_static(
                path,
                out.name,
                Samples(samples),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax,
            )
            answer = static_layers(onnx.load(out.name))
        elif kind == "dynamic":
            quantize_dynamic(path, out.name, per_channel=True, weight_type=QuantType.QInt8)
            answer = dynamic_layers(onnx.load(out.name))
        else:
            answer = block_layers(path, kind == "symmetric")
    print(json.dumps(answer))


main()
