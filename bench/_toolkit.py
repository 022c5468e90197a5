"""ONNX Runtime's own tools, and what Olive makes of a file by them, at their defaults.

    python3 _toolkit.py FOLDER        # reads model.onnx and samples.json there, writes a file a variant

Olive is emulated: it is on no registry that this project installs from, and its passes call these very tools. By
defaults `olive optimize` of an .onnx file runs no pass at all (precision fp32, exporter model_builder), so its passes
are those of `--precision int8` and `int4`, of `olive quantize`, and the fusion of `olive auto-opt`.

Source: Debian's python3-onnxruntime; microsoft/Olive, olive/cli/optimize.py (which passes), olive/cli/auto_opt.py
(transformers at level 0), olive/passes/onnx/quantization.py and rtn_quantization.py (their defaults: static QOperator,
8-bit signed activations and weights; blocks of 128, symmetric, accuracy level unset)
"""

import json
import os
import sys
import time

# Before onnxruntime, whose operators have the same names.
import onnx
import onnx.reference  # noqa: F401
import numpy as np
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.matmul_4bits_quantizer import MatMul4BitsQuantizer
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers import optimizer

TYPES = {1: np.float32, 7: np.int64, 10: np.float16, 6: np.int32, 9: np.bool_}


class Samples(CalibrationDataReader):
    def __init__(self, folder):
        with open(os.path.join(folder, "samples.json")) as file:
            listed = json.load(file)
        self.samples = iter(
            {
                name: np.fromfile(os.path.join(folder, each["file"]), TYPES[each["type"]]).reshape(each["dims"])
                for name, each in sample.items()
            }
            for sample in listed
        )

    def get_next(self):
        return next(self.samples, None)


def static(source, target, folder, **options):
    quantize_static(source, target, Samples(folder), **options)


def blocks(source, target):
    """Blocks of 4 bits, as Olive's OnnxBlockWiseRtnQuantization."""
    quantizer = MatMul4BitsQuantizer(source, block_size=128, is_symmetric=True)
    quantizer.process()
    quantizer.model.save_model_to_file(target)


def fused(source, target):
    """Attention and normalisations of transformers fused; an error where there are none."""
    model = optimizer.optimize_model(source, model_type="bert", opt_level=0)
    if not any(model.get_fused_operator_statistics().values()):
        raise ValueError("nothing is fused")
    model.save_model_to_file(target)


def variants(folder):
    model = os.path.join(folder, "model.onnx")
    prepared = os.path.join(folder, "prepared.onnx")

    def olive(target, make):
        if not os.path.exists(prepared):
            quant_pre_process(model, prepared, auto_merge=True)
        make(prepared, target)

    yield "static S8S8", lambda target: static(model, target, folder)
    yield "static U8S8", lambda target: static(
        model, target, folder, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8
    )
    yield "dynamic", lambda target: quantize_dynamic(model, target)
    yield "Olive int8", lambda target: olive(
        target,
        lambda source, to: static(
            source,
            to,
            folder,
            quant_format=QuantFormat.QOperator,
            activation_type=QuantType.QInt8,
            weight_type=QuantType.QInt8,
        ),
    )
    yield "Olive dynamic", lambda target: olive(
        target,
        lambda source, to: quantize_dynamic(source, to, extra_options={"MatMulConstBOnly": True}),
    )
    yield "Olive int4", lambda target: blocks(model, target)
    yield "Olive auto-opt", lambda target: fused(model, target)


def main(folder):
    for index, (name, make) in enumerate(variants(folder)):
        target = os.path.join(folder, f"variant-{index}.onnx")
        started = time.time()
        answer = {"name": name, "file": target}
        try:
            make(target)
        except Exception as error:  # noqa: BLE001
            answer["error"] = f"{type(error).__name__}: {error}".splitlines()[0][:120]
        answer["seconds"] = time.time() - started
        print(json.dumps(answer), flush=True)


main(sys.argv[1])
