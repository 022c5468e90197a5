/**
 * The YOLO families as rows: where the input comes from (-1 is the row before), how often, what, and
 * to how many channels before the width multiplier.
 *
 * Source: ultralytics/ultralytics ultralytics/cfg/models/{v5,v8,v10,11,26}; ultralytics/yolov5
 * models/hub/yolov3.yaml; AlexeyAB/darknet cfg/yolov4.cfg; WongKinYiu/yolov7 cfg/deploy/yolov7.yaml;
 * Megvii-BaseDetection/YOLOX yolox/models; meituan/YOLOv6 yolov6/models (efficientrep, reppan, effidehead), release 0.2.0
 */
export interface Row {
  readonly from: readonly number[];
  readonly repeat: number;
  readonly block: BlockName;
  readonly to: number;
  readonly kernel?: number;
  readonly stride?: number;
  readonly shortcut?: boolean;
  /** Of C3k2: steps are C3 blocks of 3×3; hidden channels over output; steps end in attention. */
  readonly deep?: boolean;
  readonly hidden?: number;
  readonly attention?: boolean;
  /** Of ELAN and YOLOv4's stage: channels of the inner convolutions. */
  readonly filter?: number;
  readonly keptEvery?: number;
}

export type BlockName =
  | "conv"
  | "residual"
  | "c3"
  | "c2f"
  | "c3k2"
  | "sppf"
  | "spp"
  | "spp-csp"
  | "c2psa"
  | "scdown"
  | "elan"
  | "pool-down"
  | "csp4"
  | "up"
  | "up-conv"
  | "rep"
  | "concat";

export interface Plan {
  readonly rows: readonly Row[];
  /** Rows the heads read, finest first. */
  readonly heads: readonly number[];
  readonly head: "anchors" | "decoupled" | "light" | "yolox" | "stem";
  /** Distances a side of the box regresses; 1 is one value. */
  readonly bins: number;
}

type Figures = Omit<Row, "from" | "repeat" | "block" | "to">;

const row = (block: BlockName, to: number, figures: Figures & Partial<Row> = {}): Row => ({
  from: [-1],
  repeat: 1,
  block,
  to,
  ...figures,
});
const conv = (to: number, kernel = 3, stride = 1, from = -1): Row =>
  row("conv", to, { kernel, stride, from: [from] });
const down = (to: number): Row => conv(to, 3, 2);
const up: Row = row("up", 0);
const join = (...from: readonly number[]): Row => row("concat", 0, { from: [-1, ...from] });

const c3 = (to: number, repeat: number, shortcut = true): Row =>
  row("c3", to, { repeat, shortcut });
const c2f = (to: number, repeat: number, shortcut = true): Row =>
  row("c2f", to, { repeat, shortcut });
const c3k2 = (to: number, deep: boolean, figures: Figures & Partial<Row> = {}): Row =>
  row("c3k2", to, { repeat: 2, deep, ...figures });

const V3: Plan = {
  rows: [
    conv(32),
    down(64),
    row("residual", 64),
    down(128),
    row("residual", 128, { repeat: 2 }),
    down(256),
    row("residual", 256, { repeat: 8 }),
    down(512),
    row("residual", 512, { repeat: 8 }),
    down(1024),
    row("residual", 1024, { repeat: 4 }),
    row("residual", 1024, { shortcut: false }),
    conv(512, 1),
    conv(1024),
    conv(512, 1),
    conv(1024),
    conv(256, 1, 1, -2),
    up,
    join(8),
    row("residual", 512, { shortcut: false }),
    row("residual", 512, { shortcut: false }),
    conv(256, 1),
    conv(512),
    conv(128, 1, 1, -2),
    up,
    join(6),
    row("residual", 256, { shortcut: false }),
    row("residual", 256, { repeat: 2, shortcut: false }),
  ],
  heads: [27, 22, 15],
  head: "anchors",
  bins: 1,
};

const csp4 = (to: number, hidden: number, filter: number, repeat: number): Row =>
  row("csp4", to, { hidden, filter, repeat });
const five = (to: number): readonly Row[] => [
  conv(to, 1),
  conv(2 * to),
  conv(to, 1),
  conv(2 * to),
  conv(to, 1),
];
const V4: Plan = {
  rows: [
    conv(32),
    down(64),
    csp4(64, 64, 32, 1),
    down(128),
    csp4(128, 64, 64, 2),
    down(256),
    csp4(256, 128, 128, 8),
    down(512),
    csp4(512, 256, 256, 8),
    down(1024),
    csp4(1024, 512, 512, 4),
    conv(512, 1),
    conv(1024),
    conv(512, 1),
    row("spp", 0),
    conv(512, 1),
    conv(1024),
    conv(512, 1),
    conv(256, 1),
    up,
    conv(256, 1, 1, 8),
    join(19),
    ...five(256),
    conv(128, 1),
    up,
    conv(128, 1, 1, 6),
    join(28),
    ...five(128),
    conv(256),
    conv(256, 3, 2, 35),
    join(26),
    ...five(256),
    conv(512),
    conv(512, 3, 2, 43),
    join(17),
    ...five(512),
    conv(1024),
  ],
  heads: [36, 44, 52],
  head: "anchors",
  bins: 1,
};

/** YOLOv5's body; YOLOX keeps it and changes stem and head. */
const csp = (stem: Row, spp: Row, third: number): readonly Row[] => [
  stem,
  down(128),
  c3(128, 3),
  down(256),
  c3(256, third),
  down(512),
  c3(512, 9),
  down(1024),
  ...(spp.block === "spp"
    ? [conv(512, 1), spp, conv(1024, 1), c3(1024, 3, false)]
    : [c3(1024, 3), spp]),
];
const pan = (p5: number): readonly Row[] => [
  conv(512, 1),
  up,
  join(6),
  c3(512, 3, false),
  conv(256, 1),
  up,
  join(4),
  c3(256, 3, false),
  down(256),
  join(p5 + 5),
  c3(512, 3, false),
  down(512),
  join(p5 + 1),
  c3(1024, 3, false),
];
const V5: Plan = {
  rows: [...csp(conv(64, 6, 2), row("sppf", 1024), 6), ...pan(9)],
  heads: [17, 20, 23],
  head: "anchors",
  bins: 1,
};

const elan = (to: number, hidden: number): Row =>
  row("elan", to, { hidden, filter: hidden, repeat: 4, keptEvery: 2 });
const elanHead = (to: number): Row =>
  row("elan", to, { hidden: to, filter: to / 2, repeat: 4, keptEvery: 1 });
const V7: Plan = {
  rows: [
    conv(32),
    down(64),
    conv(64),
    down(128),
    elan(256, 64),
    row("pool-down", 256),
    elan(512, 128),
    row("pool-down", 512),
    elan(1024, 256),
    row("pool-down", 1024),
    elan(1024, 256),
    row("spp-csp", 512),
    conv(256, 1),
    up,
    conv(256, 1, 1, 8),
    join(13),
    elanHead(256),
    conv(128, 1),
    up,
    conv(128, 1, 1, 6),
    join(18),
    elanHead(128),
    row("pool-down", 256),
    join(16),
    elanHead(256),
    row("pool-down", 512),
    join(11),
    elanHead(512),
    conv(256, 3, 1, 21),
    conv(512, 3, 1, 24),
    conv(1024, 3, 1, 27),
  ],
  heads: [28, 29, 30],
  head: "anchors",
  bins: 1,
};

const V8: Plan = {
  rows: [
    down(64),
    down(128),
    c2f(128, 3),
    down(256),
    c2f(256, 6),
    down(512),
    c2f(512, 6),
    down(1024),
    c2f(1024, 3),
    row("sppf", 1024),
    up,
    join(6),
    c2f(512, 3, false),
    up,
    join(4),
    c2f(256, 3, false),
    down(256),
    join(12),
    c2f(512, 3, false),
    down(512),
    join(9),
    c2f(1024, 3, false),
  ],
  heads: [15, 18, 21],
  head: "decoupled",
  bins: 16,
};

const V10: Plan = {
  rows: [
    ...V8.rows.slice(0, 5),
    row("scdown", 512),
    c2f(512, 6),
    row("scdown", 1024),
    c2f(1024, 3),
    row("sppf", 1024),
    row("c2psa", 1024),
    up,
    join(6),
    c2f(512, 3, false),
    up,
    join(4),
    c2f(256, 3, false),
    down(256),
    join(13),
    c2f(512, 3, false),
    row("scdown", 512),
    join(10),
    c2f(1024, 3, true),
  ],
  heads: [16, 19, 22],
  head: "light",
  bins: 16,
};

const body11: readonly Row[] = [
  down(64),
  down(128),
  c3k2(256, false, { hidden: 0.25 }),
  down(256),
  c3k2(512, false, { hidden: 0.25 }),
  down(512),
  c3k2(512, true),
  down(1024),
  c3k2(1024, true),
  row("sppf", 1024),
  row("c2psa", 1024, { repeat: 2 }),
  up,
  join(6),
];
const neck11 = (deep: boolean, last: Row): readonly Row[] => [
  c3k2(512, deep),
  up,
  join(4),
  c3k2(256, deep),
  down(256),
  join(13),
  c3k2(512, deep),
  down(512),
  join(10),
  last,
];
const V11: Plan = {
  rows: [...body11, ...neck11(false, c3k2(1024, true))],
  heads: [16, 19, 22],
  head: "light",
  bins: 16,
};
const V26: Plan = {
  rows: [...body11, ...neck11(true, c3k2(1024, true, { repeat: 1, attention: true }))],
  heads: [16, 19, 22],
  head: "light",
  bins: 1,
};

const X: Plan = {
  rows: [...csp(conv(64, 3, 1), row("spp", 0), 9), ...pan(11)],
  heads: [19, 22, 25],
  head: "yolox",
  bins: 1,
};

const rep = (to: number, repeat: number): Row => row("rep", to, { repeat });
const upConv = (to: number): Row => row("up-conv", to);
/** As it is deployed: each block of three branches is one convolution of 3×3. */
const V6: Plan = {
  rows: [
    down(64),
    down(128),
    rep(128, 6),
    down(256),
    rep(256, 12),
    down(512),
    rep(512, 18),
    down(1024),
    rep(1024, 6),
    row("sppf", 1024),
    conv(256, 1),
    upConv(256),
    join(6),
    rep(256, 12),
    conv(128, 1),
    upConv(128),
    join(4),
    rep(128, 12),
    down(128),
    join(14),
    rep(256, 12),
    down(256),
    join(10),
    rep(512, 12),
  ],
  heads: [17, 20, 23],
  head: "stem",
  bins: 1,
};

export const YOLO_PLANS: Readonly<
  Record<"v3" | "v4" | "v5" | "v6" | "v7" | "v8" | "v10" | "v11" | "v26" | "x", Plan>
> = { v3: V3, v4: V4, v5: V5, v6: V6, v7: V7, v8: V8, v10: V10, v11: V11, v26: V26, x: X };
