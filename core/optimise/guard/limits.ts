/** What outputs must keep to. */

export interface Limits {
  /** Decibels of a form that claims equal outputs. */
  readonly lossless: number;
  /** Decibels below which nothing is accepted, whatever the task says. */
  readonly floor: number;
  /** The same where samples were generated: real ones may well do worse. */
  readonly floorGenerated: number;
  /** Share of answers that stay the same, of those that the reference is clear about. */
  readonly agreement: number;
  /** Share of equal answers that the user's samples must prove. Made-up ones prove nothing of real ones. */
  readonly sure: number;
  /** Divergence of Kullback and Leibler, in nats. */
  readonly divergence: number;
  /** Edits a character. */
  readonly edits: number;
  readonly overlap: number;
  readonly boxOverlap: number;
  readonly cosine: number;
  readonly samples: number;
}

/** Source: notes/066-guard.md */
export const LIMITS: Limits = {
  lossless: 60,
  floor: 20,
  floorGenerated: 24,
  agreement: 0.99,
  sure: 0.9,
  divergence: 0.01,
  edits: 0.002,
  overlap: 0.99,
  boxOverlap: 0.95,
  cosine: 0.995,
  samples: 4,
};
