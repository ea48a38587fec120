import * as z from 'zod';
import { defaultLimits, quotas } from '../../events/quota.ts';

// CloudFront is in the partition aws only.
const certificatePattern = /^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]+$/;
const domainPattern = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const topicPattern = /^arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/;
const webAclPattern = /^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\/[A-Za-z0-9_-]+\/[0-9a-f-]+$/;
const stagePattern = /^[a-z][a-z0-9]{0,19}$/;
/** https://datatracker.ietf.org/doc/html/rfc1035#section-2.3.4, without the length of the root. */
const longestNameLength = 253;

const hostName = (example: string, what: string) =>
  z
    .string()
    .max(longestNameLength, `Must be at most ${longestNameLength} characters.`)
    .regex(domainPattern, `Must be ${what} in lower case such as ${example}.`);

const amount = (unit: string, most = 1e15) =>
  z.int(`Must be a whole number of ${unit}.`).min(0, 'Must not be negative.').max(most, `Must be at most ${most}.`);
const positive = (unit: string, most: number) => amount(unit, most).min(1, 'Must be at least 1.');

const address = z
  .union([z.cidrv4(), z.cidrv6()], {
    error: 'Must be a range of addresses such as 203.0.113.0/24 or 2001:db8::/48.',
  })
  // AWS WAF accepts every length but this one.
  .refine((range) => !/\/0+$/.test(range), 'Must not be all addresses. To limit none, raise the limits.');

/** Lambda accepts 4 KB of environment variables. The rest is for those that functions need besides. */
const longestPagesBytes = 3_000;

const quotaSchema = z.strictObject(
  Object.fromEntries(quotas.map((quota) => [quota, amount(`${quota} a day`).default(defaultLimits[quota])])) as Record<
    (typeof quotas)[number],
    z.ZodDefault<z.ZodInt>
  >,
);

const limitsSchema = z.strictObject({
  requestsPerSecond: positive('requests', 10_000)
    .default(500)
    .describe('Requests a second to each reading route that the cache cannot answer.'),
  burst: positive('requests', 5_000).default(1_000).describe('Requests to each reading route that may come at once.'),
  writesPerSecond: positive('requests', 10_000)
    .default(200)
    .describe('Requests a second to each writing route. Reads do not count.'),
  originShieldRegion: z
    .string()
    // The pattern of CloudFront: no region of another partition, such as us-gov-west-1, has Origin Shield.
    .regex(/^[a-z]{2}-[a-z]+-\d$/, 'Must be a region such as eu-central-1.')
    .optional()
    .describe(
      'A region whose cache all other caches ask first, so that readers all over the world cost one read: that of the stack, or the nearest one with Origin Shield.',
    ),
  readsPerAddress: positive('requests', 2_000_000_000)
    .min(10, 'Must be at least 10.')
    .default(60_000)
    .describe('Reading requests of one address in five minutes, the cached ones too. Only with a web ACL.'),
  changesPerAddress: positive('requests', 2_000_000_000)
    .min(10, 'Must be at least 10.')
    .default(6_000)
    .describe(
      'Requests of one address for the changes in five minutes, of those that read. Each may look at a thousand entries of the record, all of which are in one partition. Only with a web ACL.',
    ),
  writesPerAddress: positive('requests', 2_000_000_000)
    .min(10, 'Must be at least 10.')
    .default(6_000)
    .describe('Writing requests of one address in five minutes. Only with a web ACL.'),
  allowedAddresses: z
    .array(address)
    .max(10_000)
    .default([])
    .describe(
      'Ranges of addresses to which these limits do not apply, such as the office of a newsroom. Only with a web ACL.',
    ),
});

const colour = z.string().regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, 'Must be a colour such as #0b57a4.');

const pagesSchema = z
  .strictObject({
    name: z.string().min(1).max(60).optional().describe('The name of the site.'),
    logo: z
      .url({ protocol: /^https$/, error: 'Must be an https address.' })
      .max(500)
      .optional()
      .describe('The address of an image that is shown instead of the name.'),
    mediaHosts: z
      .array(hostName('images.example.org', 'a host'))
      .max(20)
      .optional()
      .describe('Hosts whose images pages show. Other images are links.'),
    accent: colour.optional().describe('The colour of links and marks.'),
    accentOnDark: colour.optional().describe('The same on a dark ground.'),
  })
  .refine(
    (pages) => Buffer.byteLength(JSON.stringify(pages)) <= longestPagesBytes,
    `Must be at most ${longestPagesBytes} bytes as JSON, since functions get it as an environment variable. Name fewer or shorter mediaHosts.`,
  );

const settingsSchema = z.strictObject({
  profile: z
    .enum(['full', 'small'], { error: 'Must be full or small.' })
    .default('full')
    .describe('What runs besides the system itself: see docs/operating.md.'),
  domain: z
    .strictObject({
      name: hostName('timeline.example.org', 'a name'),
      certificateArn: z
        .string()
        .regex(certificatePattern, 'Must be the ARN of a certificate in us-east-1, where CloudFront reads it.'),
    })
    .optional()
    .describe('A domain name of your own.'),
  webAclArn: z
    .string()
    .regex(webAclPattern, 'Must be the ARN that the stack TimelineFirewall prints as WebAclArn.')
    .optional()
    .describe('The web ACL of the distribution. Without this setting, the stack has the parameter WebAclArn.'),
  alarms: z
    .strictObject({
      email: z.email('Must be an e-mail address.').optional(),
      topicArn: z.string().regex(topicPattern, 'Must be the ARN of an SNS topic.').optional(),
    })
    .default({})
    .describe('Where alarms are sent: an e-mail address, and a topic instead of the one that the stack makes.'),
  budget: z
    .strictObject({ usdPerMonth: positive('dollars', 1_000_000), email: z.email('Must be an e-mail address.') })
    .optional()
    .describe('Sends an e-mail when the account has spent more in a month, and when it is expected to.'),
  quotas: quotaSchema.prefault({}).describe('What a newsroom may write a day, unless it has quotas of its own.'),
  limits: limitsSchema.prefault({}).describe('How many requests may come.'),
  deletionProtection: z
    .boolean()
    .default(false)
    .describe(
      'Whether nobody can delete the tables that cannot be rebuilt. Set it after the first deployment: until then, a deployment that fails can remove its empty tables.',
    ),
  pages: pagesSchema.optional().describe('The look of the pages for readers: see docs/pages.md.'),
  reserveConcurrency: z
    .boolean()
    .optional()
    .describe(
      'Whether functions have executions reserved, so that reads cannot take those of writes. Default: true in the profile full.',
    ),
});

/** Settings that would be ignored. The operator would rely on a web ACL that the distribution does not have. */
const stageSchema = settingsSchema.refine(({ profile, webAclArn }) => profile === 'full' || webAclArn === undefined, {
  path: ['webAclArn'],
  message: 'Must not be set in the profile small, which has no web ACL. Remove it, or choose the profile full.',
});

/** CloudFront gives a name to one distribution alone, and the deployment of the second stage would fail. */
function refuseSharedDomains({
  value: stages,
  issues,
}: z.core.ParsePayload<Readonly<Record<string, z.output<typeof stageSchema>>>>) {
  const owners = new Map<string, string>();
  for (const [stage, { domain }] of Object.entries(stages)) {
    if (!domain) continue;
    const owner = owners.get(domain.name);
    if (owner === undefined) owners.set(domain.name, stage);
    else {
      const message = `Must not be that of the stage ${owner} too. Each stage has a name of its own.`;
      issues.push({ code: 'custom', input: domain.name, path: [stage, 'domain', 'name'], message });
    }
  }
}

const configSchema = z.strictObject({
  stages: z
    .record(
      z.string().regex(stagePattern, 'A stage is named by 1 to 20 lower-case letters and digits, a letter first.'),
      stageSchema,
    )
    .refine((stages) => Object.keys(stages).length > 0, 'Must have at least one stage.')
    .check(refuseSharedDomains),
});

/** What `timeline.config.ts` exports. */
export type TimelineConfig = z.input<typeof configSchema>;

/** The settings of one stage, complete. */
export type Settings = z.output<typeof settingsSchema> & {
  readonly stage: string;
  readonly reserveConcurrency: boolean;
};

function complete(stage: string, settings: z.output<typeof settingsSchema>): Settings {
  return { ...settings, stage, reserveConcurrency: settings.reserveConcurrency ?? settings.profile === 'full' };
}

/** The settings of a stage for which nothing is configured. */
export const defaultSettings = (stage: string): Settings => complete(stage, settingsSchema.parse({}));

/**
 * The settings of every stage of a configuration.
 *
 * @throws {Error} that lists all that is wrong in it, and where
 */
export function parseConfig(config: unknown): readonly Settings[] {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
      return `- ${issue.path.join('.') || 'the default export'}: ${message}`;
    });
    throw new Error(`timeline.config.ts is not valid:\n${lines.join('\n')}`);
  }
  return Object.entries(parsed.data.stages).map(([stage, settings]) => complete(stage, settings));
}
