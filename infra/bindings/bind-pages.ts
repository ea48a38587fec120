import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { settingsOf } from '../config/settings-of.ts';

/** Gives a function that writes pages their look, as JSON, if any is configured. */
export function bindPages(handler: LambdaFunction): void {
  const { pages } = settingsOf(handler);
  if (pages) handler.addEnvironment('PAGES', JSON.stringify(pages));
}
