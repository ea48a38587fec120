import { join } from 'node:path';
import { timelineApp } from '../../../infra/timeline-app.ts';
import { writeEmptyFunctions } from './empty-functions.ts';

// A program: synthesizes the stack, with the context of its environment, into the folder it is given.
const [, , outputFolder = ''] = process.argv;
timelineApp({ outputFolder, bundles: writeEmptyFunctions(join(outputFolder, 'bundles')) }).synth();
