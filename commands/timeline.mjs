#!/usr/bin/env node
// `npx timeline` starts this file. npx finds it by the `bin` of package.json, even before anything is installed.
import { launch } from '../local/launch.mjs';

launch('commands/main.ts', process.argv.slice(2));
