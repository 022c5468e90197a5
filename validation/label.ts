/** Model labels of evidence files as the catalogue spells models. */

/** What sources put around a model's name: a benchmark, an accuracy target, a size of image, a remark. */
const AROUND: readonly RegExp[] = [
  /^MLPerf (open )?/,
  / layer op .*$/,
  /-(95|99(\.9)?)$/,
  /-(datacenter|edge|interactive)$/,
  / \((datacenter|edge|interactive)\)$/i,
  / \d+px$/,
  /⭐$/,
  /_bbox_decoding_only$/,
  / \((HuggingFace|ONNX Model Zoo)\)$/,
  / (MRPC|SST-2|STSB|RTE|COLA|QNLI|SQuAD|FUNSD)$/,
  / (pretrain|LoRA fine-tune|SQuAD fine-tune|fine-tune)$/,
];

/** Benchmarks of MLPerf by the model they run. Source: mlcommons/inference and mlcommons/training, README */
const BENCHMARKS: ReadonlyMap<string, string> = new Map([
  ["bert", "bert-large"],
  ["gptj", "gpt-j-6b"],
  ["gpt3", "gpt3-175b"],
  ["resnet", "resnet-50"],
  ["resnet50", "resnet-50"],
  ["retinanet", "RetinaNet ResNeXt50 800x800"],
  ["rnnt", "RNN-T"],
  ["llama31_8b", "Llama-3.1-8B"],
  ["llama3_1-8b", "Llama-3.1-8B"],
  ["llama3_1-405b", "Llama-3.1-405B"],
  ["llama31_405b", "Llama-3.1-405B"],
  ["llama2_70b_lora", "Llama-2-70B"],
  ["deepseekv3_671b", "DeepSeek-V3"],
  ["deepseek_v3_671b", "DeepSeek-V3"],
  ["gnn", "R-GAT (IGBH)"],
  ["mask", "Mask R-CNN"],
  ["maskrcnn", "Mask R-CNN"],
  ["unet3d", "3D-UNet (KiTS19)"],
  ["dlrm_dcnv2", "DLRM-DCNv2"],
  ["3d-unet", "3D-UNet (KiTS19)"],
  ["dlrm-v2", "DLRM-DCNv2"],
  ["dlrm", "DLRM"],
  ["stable-diffusion-xl", "Stable Diffusion XL"],
]);

/** Families whose one size MLPerf runs: 53.4 mAP on COCO is that of YOLO11l. Source: mlcommons/inference constants.py; ultralytics docs */
const SIZES: ReadonlyMap<string, string> = new Map([
  ["yolo", "YOLO11l"],
  ["yolo11", "YOLO11l"],
  ["yolov11", "YOLO11l"],
]);

/** What a model zoo appends: the data set, the size of image, operations. "resnet50_imagenet_224_224_7.7G" */
const ZOO = /(_[a-zA-Z0-9-]+)?_\d+_\d+(_[\d.]+)?_[\d.]+[GM](_\d\.\d)?$/;
/** Its later release: the pruned share and the release. "pt_resnet50_0.3_3.5" */
const ZOO_RELEASE = /(_0\.\d+)?_\d\.\d$/;

/** What stands in brackets behind a name. */
const REMARK = / \([^)]*\)$/;

/** Names to look a label up by, the most exact first. */
export function plainLabels(label: string): readonly string[] {
  const bare = AROUND.reduce((name, pattern) => name.replace(pattern, ""), label).trim();
  const known = label.startsWith("MLPerf ") ? (BENCHMARKS.get(bare) ?? bare) : bare;
  const named = SIZES.get(known.replace(REMARK, "").toLowerCase()) ?? known;
  const zoo = named.replace(ZOO, "").replace(ZOO_RELEASE, "");
  return [
    ...new Set([named, label, named.replace(REMARK, ""), zoo, zoo.replace(/^(pt|tf2?|cf)_/, "")]),
  ];
}
