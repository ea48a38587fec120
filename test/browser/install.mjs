// Installs the packages that the tests in a browser import; their types are checked with those packages.

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from '../../local/install.mjs';

try {
  installPackages(dirname(fileURLToPath(import.meta.url)), {
    announcement: 'Installing the packages of the tests in a browser with "npm ci". This happens once …',
    withDev: false,
  });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
