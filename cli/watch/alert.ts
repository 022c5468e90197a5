/** Something wrong. */
export interface Alert {
  readonly rule: string;
  /** The series it speaks of. */
  readonly subject: string;
  readonly severity: "warning" | "critical";
  readonly reason: string;
  readonly action: string;
}
