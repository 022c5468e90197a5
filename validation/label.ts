/** Model labels of evidence files as the catalogue spells models. */

/** What sources put around a model's name: a benchmark, an accuracy target, a size of image, a remark. */
const AROUND: readonly RegExp[] = [
  /^MLPerf /,
  / layer op .*$/,
  / \([^)]*\)$/,
  /-99(\.9)?$/,
  / \d+px$/,
  / (pretrain|LoRA fine-tune|SQuAD fine-tune|fine-tune)$/,
];

export function plainLabel(label: string): string {
  return AROUND.reduce((name, pattern) => name.replace(pattern, ""), label).trim();
}
