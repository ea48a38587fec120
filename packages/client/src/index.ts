// biome-ignore lint/performance/noBarrelFile: it is the entry of a package
export { type ClientOptions, type TimelineClient, timelineClient } from './client.ts';
export type * from './schemas.ts';
export { TimelineError } from './timeline-error.ts';
export { type VerifyOptions, verifyWebhook, WebhookVerificationError } from './verify-webhook.ts';
