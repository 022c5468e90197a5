export { type Chart, type ChartPoint, chartSvg } from "./chart.ts";
export type { QuantityKind, Measure } from "./measure.ts";
export { measureOf } from "./measure.ts";
export { pathText } from "./path.ts";
export { intervalText, quantityText, roundedUp, significant } from "./quantity.ts";
export { ridge, type Roof, roofAt, type RooflineMark, rooflinePlot } from "./roofline.ts";
export { placementText, splitText } from "./split.ts";
export type { Column, Table } from "./table.ts";
