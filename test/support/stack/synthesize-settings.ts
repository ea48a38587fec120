import { join } from 'node:path';
import { parseConfig } from '../../../infra/config/settings.ts';
import { writeEmptyFunctions } from '../../../infra/functions/empty-functions.ts';
import { timelineApp } from '../../../infra/timeline-app.ts';

// A program: synthesizes the stages of a configuration, given as JSON, into a folder.
const [, , outputFolder = '', config = ''] = process.argv;
const stages = parseConfig(JSON.parse(config));
timelineApp({ outputFolder, bundles: writeEmptyFunctions(join(outputFolder, 'bundles')), stages }).synth();
