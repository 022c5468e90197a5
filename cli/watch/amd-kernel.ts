/**
 * What the kernel's driver tells of AMD GPUs and rocm-smi does not in one form: memory errors, pages retired, PCIe.
 *
 * GPUs are numbered in the order of their places on the bus, as rocm-smi numbers them.
 *
 * Source: docs.kernel.org, "AMDGPU RAS Support" (ras/*_err_count: "ue: 0", "ce: 1"; gpu_vram_bad_pages: a line a page,
 * R where it is reserved), "Miscellaneous" (pcie_replay_count), "PCI" (current_link_width, max_link_width); names of
 * ROCm/device-metrics-exporter
 */
import type { Machine } from "./machine.ts";
import { reading, type Reading } from "./reading.ts";

const ROOT = "sys/class/drm";
const AMD = "0x1002";

export function amdKernelReadings({ read, list }: Machine): readonly Reading[] {
  const places = list(ROOT)
    .filter((name) => /^card\d+$/u.test(name))
    .map((name) => `${ROOT}/${name}/device`)
    .filter((device) => read(`${device}/vendor`)?.trim() === AMD)
    .map((device) => {
      const slot = /^PCI_SLOT_NAME=(?<slot>\S+)/mu.exec(read(`${device}/uevent`) ?? "");
      return { device, slot: slot?.groups?.["slot"] ?? device };
    })
    .toSorted((a, b) => (a.slot < b.slot ? -1 : 1));
  return places.flatMap(({ device }, index) => {
    const labels = { gpu_id: String(index) };
    const file = (name: string) => read(`${device}/${name}`) ?? undefined;
    return [
      ...errors({ read, list }, device, labels),
      ...reading("pcie_replay_count", labels, file("pcie_replay_count")),
      ...reading("tenlane_pcie_link_width", labels, file("current_link_width")),
      ...reading("tenlane_pcie_max_link_width", labels, file("max_link_width")),
    ];
  });
}

/** Of all blocks of the chip together; nothing where it counts none. */
function errors(
  { read, list }: Pick<Machine, "read" | "list">,
  device: string,
  labels: Reading["labels"],
): readonly Reading[] {
  const counts = list(`${device}/ras`)
    .filter((name) => name.endsWith("_err_count"))
    .map((name) => read(`${device}/ras/${name}`) ?? "");
  const pages = read(`${device}/ras/gpu_vram_bad_pages`);
  const sum = (kind: "ce" | "ue") =>
    counts.reduce(
      (all, text) => all + Number(new RegExp(`^${kind}: (\\d+)`, "mu").exec(text)?.[1] ?? "0"),
      0,
    );
  const retired = pages?.split("\n").filter((line) => /:\s*R\s*$/u.test(line)).length;
  return [
    ...(counts.length === 0
      ? []
      : [
          { name: "gpu_ecc_correct_total", labels, value: sum("ce") },
          { name: "gpu_ecc_uncorrect_total", labels, value: sum("ue") },
        ]),
    ...(retired === undefined ? [] : [{ name: "tenlane_gpu_bad_pages", labels, value: retired }]),
  ];
}
