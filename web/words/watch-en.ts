/** Words of the watch, in English. */
export const watch = {
  heading: "This machine now",
  about:
    "Sensors of accelerators and host, read every five seconds by tenlane on this machine. Names and units are those of the usual exporters.",
  none: "Sensors are read by tenlane web, on the machine itself: this page has no such server.",
  working: "Reading the sensors",
  well: "Nothing is wrong.",
  alerts: "What is wrong",
  rule: "Alert",
  subject: "Of",
  severity: "Severity",
  severities: { warning: "warning", critical: "critical" },
  reason: "Why",
  action: "What to do",
  course: "How busy it has been since this page was opened",
  courses: { processors: "processors", memory: "memory", gpu: (id: string): string => `GPU ${id}` },
  time: "Time",
  readings: "Readings",
  reading: "Reading",
  labels: "Of",
  value: "Value",
  at: (time: string): string => `Read at ${time}.`,
};
