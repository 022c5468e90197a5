/** What every view is given. */
export interface ViewProps {
  /** The query of its address. */
  readonly query: URLSearchParams;
  /** Shows the view under another query; a step of a slider replaces the entry of the history. */
  readonly show: (query: string) => void;
}
