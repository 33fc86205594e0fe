/**
 * A watchdog on another thread: it sets a flag in shared memory, and the thread that is busy with a guest stops at its next
 * look. The other way round, guest in a worker and flag set by the page, is the same code.
 */

import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { compile, load, VM } from 'heddle';

if (isMainThread) {
  const interrupt = new Int32Array(new SharedArrayBuffer(4));
  const watchdog = new Worker(new URL(import.meta.url), { workerData: interrupt });
  const execution = new VM().start(load(compile('let n = 0; while (true) { n += 1 }')));
  console.log(execution.advance({ interrupt }));
  execution.cancel();
  console.log(execution.error?.report());
  await watchdog.terminate();
} else {
  const interrupt: Int32Array = workerData;
  setTimeout(() => Atomics.store(interrupt, 0, 1), 50);
}
// expect: paused
// expect: cancelled: the host cancelled the program
