/**
 * A dashboard of Grafana over the names that are exported.
 *
 * Source: grafana.com, "Dashboard JSON model"
 */

const PANELS: readonly (readonly [title: string, unit: string, query: string])[] = [
  ["Alerts", "short", "sum by (rule, severity) (tenlane_alert)"],
  ["GPU temperature", "celsius", "DCGM_FI_DEV_GPU_TEMP or gpu_junction_temperature"],
  ["GPU power", "watt", "DCGM_FI_DEV_POWER_USAGE or gpu_package_power"],
  ["GPU use", "percent", "DCGM_FI_DEV_GPU_UTIL or gpu_gfx_activity"],
  ["SM clock", "rotmhz", "DCGM_FI_DEV_SM_CLOCK or gpu_clock"],
  ["PCIe width", "short", "DCGM_FI_DEV_PCIE_LINK_WIDTH"],
  ["Uncorrected ECC errors", "short", "increase(DCGM_FI_DEV_ECC_DBE_VOL_TOTAL[1h])"],
  ["Rows remapped", "short", "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS"],
  ["NVLink replays", "short", "increase(DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL[1h])"],
  ["Last Xid", "short", "DCGM_FI_DEV_XID_ERRORS"],
  [
    "CPU",
    "percentunit",
    '1 - sum(rate(node_cpu_seconds_total{mode="idle"}[1m])) / sum(rate(node_cpu_seconds_total[1m]))',
  ],
  ["Package power", "watt", "rate(node_rapl_package_joules_total[1m])"],
  ["Instructions a cycle", "short", "tenlane_instructions_per_cycle"],
  ["Of the speed written down", "percentunit", "tenlane_self_test_ratio"],
  ["Memory free", "bytes", "node_memory_MemAvailable_bytes"],
  ["Disk free", "bytes", "node_filesystem_avail_bytes"],
];

const WIDTH = 12;
const HEIGHT = 8;

export function dashboard(): object {
  return {
    title: "tenlane watch",
    uid: "tenlane-watch",
    schemaVersion: 39,
    time: { from: "now-6h", to: "now" },
    refresh: "30s",
    templating: {
      list: [{ name: "source", type: "datasource", query: "prometheus", label: "Prometheus" }],
    },
    panels: PANELS.map(([title, unit, expr], at) => ({
      id: at + 1,
      title,
      type: "timeseries",
      datasource: { type: "prometheus", uid: "${source}" },
      gridPos: { x: WIDTH * (at % 2), y: HEIGHT * Math.floor(at / 2), w: WIDTH, h: HEIGHT },
      fieldConfig: { defaults: { unit }, overrides: [] },
      targets: [{ refId: "A", expr }],
    })),
  };
}
