/** What one lane of a machine reaches. */
export interface LaneRates {
  /** FLOP/s of a product of FP32 matrices. */
  readonly compute: number;
  /** Bytes a second, read and written, of a copy. */
  readonly bandwidth: number;
}
