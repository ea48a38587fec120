import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { addCommand, exitCodes, type Terminal, valueOption } from './terminal/cli.ts';

interface Options {
  readonly stage?: string;
  readonly region?: string;
  readonly synthesized?: string;
}

function readRegion(text: string): string {
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a region such as eu-central-1.');
}

/** Adds `preflight`, which asks an AWS account whether a stage can be deployed to it. */
export function preflightCommand(program: Command, terminal: Terminal): void {
  addCommand(program, 'preflight', {
    summary: 'Ask an AWS account whether a stage can be deployed.',
    description: `Compares what a stage of timeline.config.ts needs with the AWS account of the environment: credentials, region, bootstraps, the
quota of Lambda, CloudFront, domain, certificate, budget, web ACL, alarms, and the state of the stack. It only reads. Each line begins with "ok", with
"fix" and says what to do, or with "look" where the account does not say.`,
    examples: [
      ['The only stage of timeline.config.ts, in the region of AWS_REGION', 'npx timeline preflight'],
      ['Another stage and region', 'npx timeline preflight --stage staging --region eu-west-1'],
    ],
    exitCodes: { done: 'Nothing has to be fixed.', failed: 'Something has to be fixed before the deployment.' },
  })
    .addOption(valueOption('--stage <name>', 'The stage. Default: the only one of timeline.config.ts.'))
    .addOption(
      valueOption('--region <region>', 'The region of the stage. Default: that of the environment.', readRegion),
    )
    .addOption(
      valueOption(
        '--synthesized <folder>',
        'A folder that "npx cdk synth" has written, such as cdk.out. Default: the stacks are synthesized now.',
        (text) => resolve(text),
      ),
    )
    .action(async ({ stage, region, synthesized }: Options) => {
      const { readPlannedStage, synthesizePlannedStage } = await import('./preflight/planned-stage.ts');
      const { checkAccount } = await import('./preflight/check-account.ts');
      const planned = await (synthesized ? readPlannedStage(synthesized, stage) : synthesizePlannedStage(stage));
      const findings = await checkAccount(planned, region);
      for (const { state, sentence } of findings) terminal.print(`${state.padEnd(4)}  ${sentence}`);
      if (findings.some(({ state }) => state === 'fix')) terminal.exitCode = exitCodes.failed;
    });
}
