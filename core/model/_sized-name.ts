/** Sizes of images that tables of measurements write behind a network's name. */
import type { InputSizes } from "./architectures/index.ts";

export interface SizedName {
  readonly bare: string;
  readonly input: InputSizes;
}

/** "resnet50-176px"; "resnet50-800x800". */
const SIDE = /^(?<bare>.+)-(?<height>\d{2,4})(?:px|x(?<width>\d{2,4}))$/u;
/**
 * "tf-resnetv1-50-imagenet-224-224-6.97g": framework and name, data set, height, width, operations. A
 * share before the operations is a pruned network, which is another one.
 *
 * Source: Xilinx/Vitis-AI model_zoo/README.md, "Model Naming Rules"
 */
const ZOO =
  /^(?<bare>.+)-[a-z][a-z\d]*-(?<height>\d{2,4})-(?<width>\d{2,4})-(?<operations>[\d.]+)[gm]$/u;
/** "xcit-small-12-p16-384": a side that patches or strides of 14 or 16 divide; other numbers at the end are widths and depths. */
const TIMM = /^(?<bare>.+)-(?<height>1[6-9]\d|[2-9]\d\d)$/u;

function isSide(height: number): boolean {
  return height % 16 === 0 || height % 14 === 0;
}

/** A plain name without its size, and the size; null where it states none. */
export function sizedName(plain: string): SizedName | null {
  const stated = (SIDE.exec(plain) ?? ZOO.exec(plain))?.groups;
  const groups = stated ?? TIMM.exec(plain)?.groups;
  if (groups === undefined) return null;
  const { bare = "", height, width = height } = groups;
  if (stated === undefined && !isSide(Number(height))) return null;
  return { bare, input: { image: [Number(height), Number(width)] } };
}
