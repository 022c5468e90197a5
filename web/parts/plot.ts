/** The chart library, as a chunk that is loaded with the first chart. */
export * from "@observablehq/plot";
