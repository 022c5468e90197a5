export { calibrate } from "./calibrate.ts";
export type { Calibration } from "./calibrate.ts";
export { quantise } from "./quantise.ts";
export { recipes } from "./recipes.ts";
export type {
  Cpu,
  DynamicRecipe,
  RangeRule,
  Recipe,
  StaticRecipe,
  Summary,
  WeightRecipe,
} from "./recipe.ts";
