"""ONNX Runtime's own quantisation tools, and the calls that Olive's passes make of them, at their defaults.

    python3 _toolkit.py FOLDER        # reads model.onnx and samples.json there, writes a file a variant

Source: Debian's python3-onnxruntime; microsoft/Olive, olive/passes/onnx/quantization.py (defaults of its passes)
"""

import json
import os
import sys
import time

# Before onnxruntime, whose operators have the same names.
import onnx
import onnx.reference  # noqa: F401
import numpy as np
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

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


def variants(folder):
    model = os.path.join(folder, "model.onnx")
    prepared = os.path.join(folder, "prepared.onnx")

    def olive(target, make):
        quant_pre_process(model, prepared, auto_merge=True)
        make(prepared, target)

    yield "static S8S8", lambda target: static(model, target, folder)
    yield "static U8S8", lambda target: static(
        model, target, folder, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8
    )
    yield "dynamic", lambda target: quantize_dynamic(model, target)
    yield "Olive static", lambda target: olive(
        target,
        lambda source, to: static(source, to, folder, extra_options={"WeightSymmetric": True}),
    )
    yield "Olive dynamic", lambda target: olive(
        target,
        lambda source, to: quantize_dynamic(source, to, extra_options={"MatMulConstBOnly": True}),
    )


def main(folder):
    for index, (name, make) in enumerate(variants(folder)):
        target = os.path.join(folder, f"variant-{index}.onnx")
        started = time.time()
        answer = {"name": name, "file": target}
        try:
            make(target)
        except Exception as error:  # noqa: BLE001
            answer["error"] = f"{type(error).__name__}: {error}"[:200]
        answer["seconds"] = time.time() - started
        print(json.dumps(answer), flush=True)


main(sys.argv[1])
