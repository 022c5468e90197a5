/** A table before it is laid out: a terminal and a web page draw the same one. */

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Gives way first when the width does not suffice. */
  readonly flexible?: boolean;
  /** Left out where shrinking does not suffice, the largest first; absent stays. */
  readonly expendable?: number;
}

export interface Table {
  readonly columns: readonly Column[];
  /** One text a column. */
  readonly rows: readonly (readonly string[])[];
}
