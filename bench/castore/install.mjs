// Installs the event store that the bench measures beside this one.

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from '../../local/install.mjs';

try {
  installPackages(dirname(fileURLToPath(import.meta.url)), {
    announcement: 'Installing Castore for the bench with "npm ci". This happens once …',
  });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
