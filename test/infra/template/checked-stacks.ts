import { join } from 'node:path';
import { configuredStacks } from '../../support/stack/synthesized-stack.ts';

const domain = {
  name: 'timeline.example.org',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b-2c3d',
};

/** A stage for which everything is configured. */
const everything = {
  domain,
  deletionProtection: true,
  alarms: { email: 'desk@example.org' },
  budget: { usdPerMonth: 20, email: 'desk@example.org' },
  limits: { originShieldRegion: 'eu-central-1', allowedAddresses: ['203.0.113.0/24', '2001:db8::/48'] },
};

/**
 * The files of templates that are checked, by stack: both profiles, two stages that have defaults, and one that has all
 * settings.
 */
export async function checkedStacks(): Promise<Readonly<Record<string, string>>> {
  // The stages of test/infra/config/stages.test.ts, which are synthesized once for both.
  const plain = await configuredStacks({ stages: { production: {}, staging: { profile: 'small' } } });
  const full = await configuredStacks({ stages: { everything } });
  const fileOf = (folder: string, name: string) => [name, join(folder, `${name}.template.json`)];
  return Object.fromEntries([
    ...['Timeline-production', 'TimelineFirewall-production', 'Timeline-staging'].map((name) => fileOf(plain, name)),
    ...['Timeline-everything', 'TimelineFirewall-everything'].map((name) => fileOf(full, name)),
  ]);
}
