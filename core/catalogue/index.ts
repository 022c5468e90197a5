export { catalogue, devices, extendCatalogue } from "./catalogue.ts";
export { decodeCatalogue } from "./decode.ts";
export type { Device, DeviceKind, Grid, Offer } from "./device.ts";
export { figureDimension, figuresAt, figureValue, valueOf } from "./figures.ts";
export type * from "./files.ts";
export { findDevice } from "./find-device.ts";
export { findGrid, GRID_DEFAULT, grids } from "./grids.ts";
export { offers, offersFor, usualOffer } from "./offers.ts";
export { parseQuantity, type Dimension } from "../quantity.ts";
export {
  hostsPower,
  systemFor,
  systemsOf,
  withFabric,
  type Fabric,
  type System,
} from "./system.ts";
