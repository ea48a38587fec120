/** What a desk does, and how often, beside the others. */
const usualThings = {
  post: 8,
  postBatch: 3,
  putByOwnId: 2,
  correct: 8,
  retract: 2,
  redact: 1,
  describe: 1,
  hold: 1,
  sendBadInput: 1,
  tryOnly: 1,
  writeWithoutKey: 1,
  replay: 1,
};

export type Thing = keyof typeof usualThings;

/** What newsrooms and readers do. */
export interface Load {
  readonly things: Readonly<Record<Thing, number>>;
  /** Of events and corrections: the share with a text so long that cards compress it. */
  readonly longTexts: number;
  /** Of the walks through timelines: the share that is as of an instant of an earlier one. */
  readonly pastReads: number;
}

/** Everything that newsrooms do. */
export const usualLoad: Load = { things: usualThings, longTexts: 0.25, pastReads: 0.5 };

/** The load that brings out what goes wrong with the record and with messages. */
export const loadOfRecord: Load = { ...usualLoad, things: { ...usualThings, postBatch: 12, redact: 0, hold: 0 } };

/** The load that brings out what goes wrong with timelines, with what is taken down, and with what is held. */
export const loadOfTimelines: Load = {
  things: { ...usualThings, correct: 16, redact: 5, hold: 4 },
  longTexts: 0.6,
  pastReads: 0.8,
};
