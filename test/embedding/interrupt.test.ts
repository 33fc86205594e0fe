/**
 * Stopping a run from another thread: a worker sets a flag in shared memory while this thread is busy with a guest.
 */

import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type EngineName, engineNames, VM } from '../../src/index';
import { guest } from './guests';

/** Sets element 0 of the array it gets a moment after it was told to. */
const setter = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.on('message', (ms) => setTimeout(() => Atomics.store(workerData, 0, 1), ms));
  parentPort.postMessage('ready');
`;

test('a flag set by a worker stops an endless program on every engine', async () => {
  const interrupt = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(setter, { eval: true, workerData: interrupt });
  await new Promise((resolve) => worker.once('message', resolve));
  const endless = guest('let n = 0; while (true) { n += 1 }');
  const stopped: EngineName[] = [];
  for (const engine of engineNames) {
    const vm = new VM({ engine });
    const execution = vm.start(endless);
    Atomics.store(interrupt, 0, 0);
    worker.postMessage(20);
    // The time is what this test waits for if the flag does nothing.
    const start = Date.now();
    assert.is(execution.advance({ interrupt, milliseconds: 10_000 }), 'paused');
    assert.ok(Date.now() - start < 5000, 'the flag stopped it, not the time');
    assert.is(Atomics.load(interrupt, 0), 1);
    assert.ok(Number(vm.getGlobal('n')) > 0);
    execution.cancel();
    stopped.push(engine);
  }
  await worker.terminate();
  assert.equal(stopped, engineNames);
});

test.run();
