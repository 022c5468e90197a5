export { colourPlanes, PIXEL_RANGES, type Pixels } from "./colour-planes.ts";
export { hostTensorFromNpy, hostTensorFromProto } from "./files.ts";
export { generatedSamples } from "./generate.ts";
export { inputsOf, type InputRole, type ModelInput } from "./input.ts";
export { tokenSamples } from "./tokens.ts";
