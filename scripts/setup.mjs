// Installs the development packages when they are missing or older than the lock file, so that `npm start` and `npm test`
// work from a fresh clone. Plain JavaScript: it runs before anything is installed or built.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`Heddle needs Node 20 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

const stamp = 'node_modules/.heddle-lock';
const lock = readFileSync('package-lock.json', 'utf8');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.log('Installing development packages ...');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    console.error('npm ci failed: see the lines above.');
    process.exit(result.status ?? 1);
  }
  writeFileSync(stamp, lock);
}
