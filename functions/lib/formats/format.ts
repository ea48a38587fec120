/** What a page of a timeline is, before it is put into a format. */
export interface TimelineDocument {
  /** Entries as JSON text in order, each with `certainty`. */
  readonly entries: readonly string[];
  readonly range: {
    readonly from: string | null;
    readonly to: string | null;
    readonly tz: string | null;
    readonly match: string;
  };
  /** The moment whose record it shows, RFC 3339. */
  readonly asOf: string;
  readonly nextCursor: string | null;
  /** Public base address, without a slash at the end. */
  readonly origin: string;
  /** Absolute address of this answer. */
  readonly self: string;
  /** Absolute address of the next page; null at the end. */
  readonly next: string | null;
  /** Of the story if the query names one, else "Timeline". */
  readonly title: string;
  readonly description: string | null;
  /** BCP 47. */
  readonly language: string;
}

/** A way to write a page of a timeline. */
export interface Format {
  /** As `format=` takes it. */
  readonly name: string;
  /** `content-type`, as sent. */
  readonly mediaType: string;
  /** Pure: the same document always gives the same text. Nothing is newer in it than what the document holds. */
  readonly render: (document: TimelineDocument) => string;
}
