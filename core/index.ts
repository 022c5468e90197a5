/** tenlane as a library: every public name, by hand. */
export { AssertionError } from "./assert.ts";
export {
  catalogue,
  decodeCatalogue,
  devices,
  extendCatalogue,
  figuresAt,
  figureValue,
  findDevice,
  findGrid,
  GRID_DEFAULT,
  grids,
  offers,
  offersFor,
  parseQuantity,
  systemFor,
  systemsOf,
} from "./catalogue/index.ts";
export type {
  Catalogue,
  Device,
  DeviceFile,
  DeviceKind,
  Dimension,
  Figure,
  Figures,
  Grid,
  Offer,
  SourceFile,
  System,
  SystemFile,
} from "./catalogue/index.ts";
export { BASES, type Basis, type Interval } from "./interval.ts";
export {
  decodeHfConfig,
  decodeModelEntry,
  findModel,
  layerParameters,
  memorySource,
  numerics,
  NUMERICS_NAMES,
  PARAMETER_GROUPS,
  parameterCount,
  withKv,
  withNumerics,
} from "./model/index.ts";
export type {
  ByteSource,
  FoundModel,
  Layer,
  Mixer,
  Model,
  ModelEntry,
  Network,
  NetworkNode,
  ParameterCount,
  ParameterGroup,
  Stack,
  Transformer,
} from "./model/index.ts";
export {
  deviceCount,
  DIMENSIONS as GROWTH_DIMENSIONS,
  expand,
  expandNetwork,
  growth,
  inputTokens,
  modelFlops,
  sequenceBytes,
  SINGLE_DEVICE,
  splitProblem,
  trafficBytes,
  weightBytes,
} from "./operators/index.ts";
export type { Group, Growth, Operator, Parallel, Segment, Step, Work } from "./operators/index.ts";
export { PRECISIONS, type Numerics, type Precision, type Storage } from "./precision.ts";
export {
  intervalText,
  measureOf,
  pathText,
  quantityText,
  significant,
  type Column,
  type Measure,
  type QuantityKind,
  type Table,
} from "./report/index.ts";
export { ok, refuse, shown } from "./result.ts";
export type { DecodeError, Failure, Ok, Result } from "./result.ts";
export type {
  Bytes,
  BytesPerSecond,
  Dollars,
  Flops,
  FlopsPerSecond,
  Fraction,
  GramsCo2,
  Joules,
  RequestsPerSecond,
  Seconds,
  Tokens,
  TokensPerSecond,
  Watts,
} from "./units.ts";
