/**
 * What is wrong, why that is thought, and what to do.
 *
 * Source: NVIDIA, "NVML API Reference", nvmlClocksEventReasons; "XID Errors", the catalogue of codes and actions;
 * "GPU Memory Error Management" (row remapping)
 */
import { grouped } from "../../measure/grouped.ts";
import type { Alert } from "./alert.ts";
import { hot, stoppedFans } from "./cooling.ts";
import { beside, named, seriesOf, type Recent, type Sample } from "./reading.ts";

/**
 * Every alert that stands at the end of `recent`, given those of the sample before and when each series was last read,
 * by the clock that never steps.
 */
export function alertsOf(
  recent: Recent,
  before: readonly Alert[] = [],
  seen: ReadonlyMap<string, number> = new Map(recent.flatMap(readAt)),
): readonly Alert[] {
  const now = recent.at(-1);
  if (now === undefined) return [];
  return [
    ...throttling(now),
    ...slowClocks(recent),
    ...narrowLinks(recent),
    ...slowLinks(recent),
    ...grown(recent),
    ...standing(now),
    ...hot(now),
    ...stoppedFans(recent, before),
    ...slowerThanItWas(now),
    ...vanished(now, seen),
    ...stepped(recent),
    ...fullDisk(now),
  ];
}

const THROTTLES: readonly (readonly [bit: number, why: string, action: string])[] = [
  [
    0x8,
    "the hardware slows its clocks",
    "look at power cables and cooling; drain the host if it lasts",
  ],
  [0x20, "the driver slows its clocks for heat", "look at airflow, dust, inlet temperature"],
  [0x40, "the hardware slows its clocks for heat", "look at cooling now; the part may stop"],
  [0x80, "the power supply asks for less", "look at supplies and their feeds"],
];

function throttling(now: Sample): readonly Alert[] {
  return named(now, "DCGM_FI_DEV_CLOCK_THROTTLE_REASONS").flatMap((each) =>
    THROTTLES.filter(([bit]) => (each.value & bit) !== 0).map(([, why, action]) => ({
      rule: "throttling",
      subject: seriesOf(each),
      severity: "warning" as const,
      reason: `${why} (reasons 0x${each.value.toString(16)})`,
      action,
    })),
  );
}

/** Power-capped and idle GPUs are slow for a reason. */
const ALLOWED_SLOW = 0x1 | 0x2 | 0x4;
const CLOCK_SHARE_MIN = 0.8;
const BUSY_MIN = 90;
const SLOW_SAMPLES = 3;

function slowClocks(recent: Recent): readonly Alert[] {
  const last = recent.slice(-SLOW_SAMPLES);
  const [now] = last.slice(-1);
  if (now === undefined || last.length < SLOW_SAMPLES) return [];
  return named(now, "DCGM_FI_DEV_SM_CLOCK").flatMap((each) => {
    const max = beside(now, each, "DCGM_FI_DEV_MAX_SM_CLOCK");
    const isSlow = (sample: Sample): boolean => {
      const clock = beside(sample, each, each.name);
      const busy = beside(sample, each, "DCGM_FI_DEV_GPU_UTIL");
      const reasons = beside(sample, each, "DCGM_FI_DEV_CLOCK_THROTTLE_REASONS") ?? 0;
      if (max === undefined || clock === undefined || busy === undefined) return false;
      return busy >= BUSY_MIN && (reasons & ALLOWED_SLOW) === 0 && clock < CLOCK_SHARE_MIN * max;
    };
    if (!last.every(isSlow)) return [];
    return [
      {
        rule: "clocks below expected",
        subject: seriesOf(each),
        severity: "warning",
        reason: `${each.value} MHz of ${max ?? 0} while busy, with no cap set, in ${SLOW_SAMPLES} samples`,
        action: "compare with the other GPUs; reset it; an early sign of a failing part",
      },
    ];
  });
}

const WIDTHS = [
  ["DCGM_FI_DEV_PCIE_LINK_WIDTH", "DCGM_FI_DEV_PCIE_MAX_LINK_WIDTH"],
  ["tenlane_pcie_link_width", "tenlane_pcie_max_link_width"],
] as const;

/** A link that was wider, or may be: an idle link saves power by speed, never by width. */
function narrowLinks(recent: Recent): readonly Alert[] {
  const now = recent.at(-1);
  if (now === undefined) return [];
  const links = WIDTHS.flatMap(([name, widest]) =>
    named(now, name).map((each) => ({ each, widest })),
  );
  return links.flatMap(({ each, widest }) => {
    const before = Math.max(...recent.map((sample) => beside(sample, each, each.name) ?? 0));
    const max = Math.max(before, beside(now, each, widest) ?? 0);
    if (each.value >= max) return [];
    return [
      {
        rule: "PCIe width",
        subject: seriesOf(each),
        severity: "warning",
        reason: `x${each.value} of x${max}`,
        action: "reseat the card or riser; look for correctable PCIe errors in the kernel log",
      },
    ];
  });
}

const COUNTERS: readonly (readonly [
  name: string,
  rule: string,
  severity: Alert["severity"],
  action: string,
])[] = [
  [
    "DCGM_FI_DEV_ECC_SBE_VOL_TOTAL",
    "corrected ECC errors",
    "warning",
    "watch their rate; remapping takes care of a few",
  ],
  [
    "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL",
    "uncorrected ECC errors",
    "critical",
    "drain the host and reset the GPU, so that the row is remapped",
  ],
  [
    "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS",
    "rows remapped",
    "warning",
    "plan a field diagnostic; many remaps of a bank mean replacement",
  ],
  [
    "DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL",
    "NVLink replays",
    "warning",
    "look at the link's errors on both ends; reset both GPUs",
  ],
  [
    "DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL",
    "NVLink recoveries",
    "critical",
    "drain; reset GPU and switch; replace the tray if it returns",
  ],
  [
    "DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL",
    "NVLink CRC errors",
    "warning",
    "a rising rate means a bad link",
  ],
  [
    "gpu_ecc_correct_total",
    "corrected ECC errors",
    "warning",
    "watch their rate; the driver retires pages that go on",
  ],
  [
    "gpu_ecc_uncorrect_total",
    "uncorrected ECC errors",
    "critical",
    "drain the host and reset the GPU, so that the page is retired",
  ],
  [
    "tenlane_gpu_bad_pages",
    "pages retired",
    "warning",
    "plan a field diagnostic; the GPU is replaced when its threshold is reached",
  ],
  [
    "pcie_replay_count",
    "PCIe replays",
    "warning",
    "reseat the card or riser; look for correctable PCIe errors in the kernel log",
  ],
  [
    "node_edac_correctable_errors_total",
    "corrected memory errors",
    "warning",
    "find the module (dmidecode, edac-util) and plan to replace it",
  ],
  [
    "node_edac_uncorrectable_errors_total",
    "uncorrected memory errors",
    "critical",
    "drain the host and replace the module",
  ],
  [
    "node_cpu_package_throttles_total",
    "CPU slowed for heat",
    "warning",
    "look at fans, dust, inlet temperature",
  ],
];

/** An idle link saves power by speed: one that is slow under work does not. */
function slowLinks(recent: Recent): readonly Alert[] {
  const last = recent.slice(-SLOW_SAMPLES);
  const [now] = last.slice(-1);
  if (now === undefined || last.length < SLOW_SAMPLES) return [];
  return named(now, "DCGM_FI_DEV_PCIE_LINK_GEN").flatMap((each) => {
    const max = beside(now, each, "DCGM_FI_DEV_PCIE_MAX_LINK_GEN") ?? 0;
    const isSlow = (sample: Sample): boolean => {
      const busy = beside(sample, each, "DCGM_FI_DEV_GPU_UTIL") ?? 0;
      return busy >= BUSY_MIN && (beside(sample, each, each.name) ?? max) < max;
    };
    if (!last.every(isSlow)) return [];
    return [
      {
        rule: "PCIe speed",
        subject: seriesOf(each),
        severity: "warning",
        reason: `generation ${each.value} of ${max} while busy, in ${SLOW_SAMPLES} samples`,
        action: "reseat the card or riser; look for correctable PCIe errors in the kernel log",
      },
    ];
  });
}

/** Counters that grew between the first and the last sample remembered. */
function grown(recent: Recent): readonly Alert[] {
  const [first] = recent;
  const now = recent.at(-1);
  if (first === undefined || now === undefined) return [];
  return COUNTERS.flatMap(([name, rule, severity, action]) =>
    named(now, name).flatMap((each) => {
      const before = beside(first, each, name);
      if (before === undefined || each.value <= before) return [];
      const reason = `${each.value - before} more in ${Math.round(now.elapsed - first.elapsed)} s, ${each.value} in all`;
      return [{ rule, subject: seriesOf(each), severity, reason, action }];
    }),
  );
}

const XIDS: Readonly<Record<number, string>> = {
  13: "an application's fault in a kernel: look there first",
  31: "an application touched memory that is not its own: look there first",
  43: "an application's fault stopped its channel",
  48: "uncorrected ECC error: drain and reset the GPU",
  63: "a row is to be remapped: reset the GPU at the next chance",
  64: "a row could not be remapped: replace the GPU",
  74: "NVLink error: look at the link's both ends, reset, replace if it returns",
  79: "the GPU fell off the bus: cold boot; look at power and riser; replace if it returns",
  94: "contained memory error: restart the application, reset at the next chance",
  95: "uncontained memory error: drain and reset now",
  119: "the GPU's system processor does not answer: reset, or boot the host",
};

function standing(now: Sample): readonly Alert[] {
  return [
    ...named(now, "DCGM_FI_DEV_XID_ERRORS")
      .filter(({ value }) => value !== 0)
      .map((each) => ({
        rule: "Xid",
        subject: seriesOf(each),
        severity: "critical" as const,
        reason: `last Xid ${each.value}`,
        action: XIDS[each.value] ?? "look the code up in NVIDIA's catalogue of Xid errors",
      })),
    ...flagged(
      now,
      "DCGM_FI_DEV_ROW_REMAP_PENDING",
      "warning",
      "reset the GPU, so that rows are remapped",
    ),
    ...flagged(
      now,
      "DCGM_FI_DEV_ROW_REMAP_FAILURE",
      "critical",
      "replace the GPU: no spare row is left",
    ),
  ];
}

function flagged(
  now: Sample,
  name: string,
  severity: Alert["severity"],
  action: string,
): readonly Alert[] {
  return named(now, name)
    .filter(({ value }) => value > 0)
    .map((each) => ({
      rule: "row remapping",
      subject: seriesOf(each),
      severity,
      reason: name.endsWith("FAILURE")
        ? "a row could not be remapped"
        : "a row waits to be remapped",
      action,
    }));
}

/** Of what was written down; repeats of one machine differ less. */
const REACHED_MIN = 0.8;

function slowerThanItWas(now: Sample): readonly Alert[] {
  return named(now, "tenlane_self_test_ratio")
    .filter(({ value }) => value < REACHED_MIN)
    .map((each) => ({
      rule: "slower than it was",
      subject: seriesOf(each),
      severity: each.value === 0 ? ("critical" as const) : ("warning" as const),
      reason: `${Math.round(100 * each.value)} % of the rate that was written down for this machine`,
      action:
        "compare with its like; look for heat, caps and errors: an early sign of a failing part",
    }));
}

/** Each series of a sample, with its time. */
export function readAt({ elapsed, readings }: Sample): readonly (readonly [string, number])[] {
  return readings.map((each) => [seriesOf(each), elapsed]);
}

/** Series that were read and are no more, until they are again: a sensor, a GPU, a module's driver is gone. */
function vanished(now: Sample, seen: ReadonlyMap<string, number>): readonly Alert[] {
  const there = new Set(now.readings.map(seriesOf));
  // All that one device tells goes together.
  const gone = [...seen].filter(([series]) => !there.has(series));
  const groups = grouped(gone, ([series]) => /\{.*$/su.exec(series)?.[0] ?? series);
  return [...groups].map(([labels, all]) => {
    const [name = ""] = all[0]?.[0].split("{") ?? [];
    const more = all.length === 1 ? "" : ` and ${all.length - 1} more readings`;
    const isGpu =
      /UUID=|gpu_id=/u.test(labels) && ![...there].some((each) => each.endsWith(labels));
    return {
      rule: "sensor vanished",
      subject: labels === name ? name : `${name}${labels}`,
      severity: isGpu ? "critical" : "warning",
      reason: `${name}${more}: last read ${Math.round(now.elapsed - Math.max(...all.map(([, at]) => at)))} s ago`,
      action: isGpu
        ? "the GPU may be off the bus: look at nvidia-smi or rocm-smi, lspci, the kernel log; drain the host"
        : "look whether its device still answers (nvidia-smi, lspci, kernel log)",
    } as const;
  });
}

/** Seconds by which the two clocks may disagree. */
const STEP_MIN = 2;

/** The last step within memory: long enough for whoever asks every minute. */
function stepped(recent: Recent): readonly Alert[] {
  const steps = recent.slice(1).map((now, index) => {
    const before = recent[index] ?? now;
    return (now.at - before.at) / 1000 - (now.elapsed - before.elapsed);
  });
  const step = steps.findLast((each) => Math.abs(each) >= STEP_MIN);
  if (step === undefined) return [];
  return [
    {
      rule: "clock step",
      subject: "clock",
      severity: "warning",
      reason: `the wall clock went ${step > 0 ? "ahead" : "back"} by ${Math.abs(step).toFixed(1)} s`,
      action: "look at NTP; times in the history step with it",
    },
  ];
}

const FREE_MIN = 0.02;

function fullDisk(now: Sample): readonly Alert[] {
  return named(now, "node_filesystem_avail_bytes").flatMap((each) => {
    const size = beside(now, each, "node_filesystem_size_bytes");
    if (size === undefined || each.value >= FREE_MIN * size) return [];
    return [
      {
        rule: "disk full",
        subject: seriesOf(each),
        severity: "warning",
        reason: `${((100 * each.value) / size).toFixed(1)} % left`,
        action: "make room: checkpoints and logs first",
      },
    ];
  });
}
