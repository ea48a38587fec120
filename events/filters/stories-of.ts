/** The part of an event that says which stories it belongs to. */
export interface InStories {
  readonly subject: string;
  readonly data: { readonly stories?: readonly string[] | undefined };
}

/** The stories that an event belongs to, each once: its own, which is its subject, and then those that it lists. */
export const storiesOf = ({ subject, data }: InStories): readonly string[] => [
  ...new Set([subject, ...(data.stories ?? [])]),
];
