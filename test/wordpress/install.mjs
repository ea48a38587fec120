// Installs PHP, which runs the example for WordPress.

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from '../../local/install.mjs';

try {
  installPackages(dirname(fileURLToPath(import.meta.url)), {
    announcement: 'Installing PHP for the test of the example for WordPress with "npm ci". This happens once …',
  });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
