import type { TimelineConfig } from './infra/config/settings.ts';

/**
 * What is deployed. Each stage is a system of its own, with its own stacks, tables and address:
 * `npx cdk deploy TimelineFirewall-production Timeline-production`.
 *
 * docs/operating.md, "Configuration", has every setting.
 */
export default {
  stages: {
    production: {},
  },
} satisfies TimelineConfig;
