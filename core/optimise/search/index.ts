export { OBJECTIVES, type Ask, type Objective } from "./ask.ts";
export { isGain, isLoss, SHIPPED, type Candidate, type EditCount, type End } from "./candidate.ts";
export { settingText, type Deployment } from "./deploy.ts";
export type { Alone, Final } from "./finals.ts";
export type { Finder, Made, Makers, NamedRecipe, Patience } from "./makers.ts";
export type { Point } from "./pareto.ts";
export { tune, type Tuning } from "./tune.ts";
