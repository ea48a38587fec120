import type { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Settings } from './settings.ts';

const contextKey = 'timeline:settings';

/** Gives a stack its settings. Call it before the stack has children, which read them. */
export function configure(stack: Stack, settings: Settings): void {
  stack.node.setContext(contextKey, settings);
}

/** The settings of the stack that a construct is in. @throws {Error} if the stack has none */
export function settingsOf(scope: IConstruct): Settings {
  const settings: Settings | undefined = scope.node.tryGetContext(contextKey);
  if (!settings) throw new Error(`${scope.node.path} is in no stack with settings.`);
  return settings;
}
