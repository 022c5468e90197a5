/**
 * The model of a row, or where nobody drew it and the row prints its operations, a network that computes as much.
 *
 * A drawing whose operations are far from those the row prints is of another variant: pruned, and thinned here, or of another head.
 */
import { decodeModelEntry, networkMacs, type Model, type Network } from "../core/model/index.ts";
import { countedOf } from "./counted-table.ts";
import { imageOf, operationsOf, type Image } from "./image.ts";
import type { Row } from "./row.ts";
import { isPruned, prunedShare, thinned } from "./thinned.ts";
import { variantOf } from "./variant.ts";
import type { NamedModel, World } from "./world.ts";

/** Operations printed over those drawn that still count as the same network; a source may count one for two. */
const RATIOS: readonly (readonly [number, number])[] = [
  [0.4, 0.6],
  [0.8, 1.25],
];

/** The same of what a tool pruned, whose count is of what is left: half of it was taken, not left uncounted. */
const RATIOS_PRUNED: typeof RATIOS = [[0.95, 1.25]];

/** Beyond it tables hold segmentation and super-resolution, whose layers keep the size of the image: off by three there. */
const PIXELS_MAX = 180_000;

/**
 * Networks that halve a large image before they work on it, as ResNet-18 does: detectors of one pass, counters of crowds,
 * readers of scene text and of lanes; those whose trunk is a classifier's (DETR, RetinaFace).
 *
 * Source: Xilinx/Vitis-AI model_zoo/README.md, task of each model; hailo-ai/hailo_model_zoo docs/public_models
 */
const REDUCING =
  /yolo|ssd|centernet|nanodet|fairmot|bcc_|vpgnet|textmountain|ocr_icdar|ultrafast|face-mask|fcn8|stdc|detr|densebox|retinaface/i;
/** Of those, networks whose boxes are chosen on the device. */
const CHOOSING = /nms/;

/**
 * Networks that are a whole one of fewer channels: a search cut them out of it, or they are named by it alone.
 *
 * Source: Cai et al. 2020 (arXiv 1908.09791), once-for-all: elastic depth, width and expansion of ResNet-50; Ronneberger
 * et al. 2015 (arXiv 1505.04597), of whose U-Net the zoo's has a sixteenth of the operations
 */
const NARROWED = /OFA-(resnet50)|^pt_(unet)_/i;

export function modelOf(row: Row, world: World): NamedModel | null {
  const narrowed = ofWhole(row, world);
  if (narrowed !== null) return narrowed;
  const image = imageOf(row);
  const found = world.model(variantOf(row), image);
  const known = found === null ? countedOf(row.model) : undefined;
  const operations = operationsOf(row) ?? known?.operations ?? null;
  const isCut = isPruned(row.model);
  if (operations === null || (found !== null && agrees(found.model, operations, isCut)))
    return found;
  if (found?.model.kind === "network" && isCut) {
    return { ...found, model: thinned(found.model, keptMacs(found.model, row.model, operations)) };
  }
  const size = image ?? known?.image ?? null;
  if (size === null) return null;
  return isReduced(row.model, size) ? counted(row.model, operations, size) : null;
}

function ofWhole(row: Row, world: World): NamedModel | null {
  const [, searched, whole = searched] = NARROWED.exec(row.model) ?? [];
  if (whole === undefined) return null;
  const known = countedOf(row.model);
  const image = imageOf(row) ?? known?.image;
  const operations = operationsOf(row) ?? known?.operations;
  if (image === undefined || operations === undefined) return null;
  const found = world.model(whole, image);
  if (found?.model.kind !== "network") return null;
  return { ...found, model: thinned(found.model, operations / 2) };
}

/**
 * Of a pruned network, by the operations that are printed; where those are the digits of the share that was taken ("0.38" of
 * a ResNet-50 of which 0.38 is gone), by that share.
 */
function keptMacs(drawn: Network, label: string, operations: number): number {
  const share = prunedShare(label);
  return operations === share * 1e9 ? (1 - share) * networkMacs(drawn) : operations / 2;
}

function isReduced(label: string, [height, width]: Image): boolean {
  if (height * width <= PIXELS_MAX) return true;
  return REDUCING.test(label) && !CHOOSING.test(label);
}

function agrees(model: Model, operations: number, isCut: boolean): boolean {
  if (model.kind !== "network") return true;
  const printed = operations / (2 * networkMacs(model));
  const ratio = Math.abs(Math.log10(printed)) < SLIP_LEAST ? printed : unslipped(printed);
  return (isCut ? RATIOS_PRUNED : RATIOS).some(([low, high]) => low <= ratio && ratio <= high);
}

/** Orders of magnitude from which on a count is misprinted ("62 GOPs" of MobileNet v2's 0.6), if its digits are right. */
const SLIP_LEAST = 1.5;

/** `ratio` without the whole orders of magnitude that a decimal point is worth. */
function unslipped(ratio: number): number {
  return ratio / 10 ** Math.round(Math.log10(ratio));
}

/**
 * Networks that answer with an image of classes, and how many, where nothing else is known of them.
 *
 * Source: cityscapes-dataset.com, "Class Definitions" (19 that are evaluated); Xilinx/Vitis-AI
 * src/vai_library/xnnpp/src/multitask/multitask_imp.cpp and multitaskv3_imp.cpp (16 classes beside the boxes)
 */
const SEGMENTED: readonly (readonly [RegExp, number])[] = [
  [/cityscapes/i, 19],
  [/multitask|_MT-/i, 16],
];

function counted(label: string, operations: number, image: Image): NamedModel | null {
  const known = REDUCING.test(label) ? undefined : SEGMENTED.find(([words]) => words.test(label));
  const classes = known === undefined ? {} : { classes: known[1] };
  const network = { family: "counted", macs: operations / 2, image, ...classes };
  const entry = { id: label, name: label, aliases: [], source: "operations of the row", network };
  const built = decodeModelEntry(entry);
  return built.ok ? { model: built.value, named: null } : null;
}
