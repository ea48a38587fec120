import * as z from 'zod';

/** The look of the pages, by the configuration of the stack. */
const settingsSchema = z.object({
  /** The address of an image, https. */
  logo: z.string().optional(),
  /** The name of the site. */
  name: z.string().default('Timeline'),
  /** Hosts from which pages may show images. */
  mediaHosts: z.array(z.string()).default([]),
  /** Colours of links and marks, on a light ground and on a dark one. */
  accent: z.string().optional(),
  accentOnDark: z.string().optional(),
});

export type PageSettings = z.infer<typeof settingsSchema>;

/** The settings of the pages as JSON, in the environment of their functions. */
export const pageSettings: PageSettings = settingsSchema.parse(JSON.parse(process.env.PAGES || '{}'));

/** Whether the pages may show an image from its address. */
export function mayShowImage(address: string, { mediaHosts }: PageSettings = pageSettings): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'https:' && mediaHosts.includes(url.host);
}
