#!/usr/bin/env node
// What `npx timeline` starts. npx finds it by the `bin` of package.json, also before anything is installed.
import { launch } from '../local/launch.mjs';

launch('commands/main.ts', process.argv.slice(2));
