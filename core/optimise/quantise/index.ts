export { calibrate, calibrationPasses } from "./calibrate.ts";
export type { Calibration } from "./calibrate.ts";
export { quantise } from "./quantise.ts";
export { recipes } from "./recipes.ts";
export { smooth } from "./smooth.ts";
export { mixed } from "./sensitivity.ts";
export type { Probe } from "./sensitivity.ts";
export type {
  Cpu,
  DynamicRecipe,
  RangeRule,
  Recipe,
  StaticRecipe,
  Summary,
  WeightRecipe,
} from "./recipe.ts";
