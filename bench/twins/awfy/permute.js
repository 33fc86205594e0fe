// Permute: every permutation of six elements, by swapping. Counts the calls.
//
// Copyright (c) 2015-2016 Stefan Marr, after the SOM benchmarks. MIT, see ../../programs/awfy/LICENSES.md.

import { Benchmark } from './benchmark.js';

class Permute extends Benchmark {
  constructor() {
    super();
    this.count = 0;
    this.v = null;
  }

  benchmark() {
    this.count = 0;
    this.v = new Array(6).fill(0);
    this.permute(6);
    return this.count;
  }

  permute(n) {
    this.count += 1;
    if (n === 0) return;
    const n1 = n - 1;
    this.permute(n1);
    for (let i = n1; i >= 0; i--) {
      this.swap(n1, i);
      this.permute(n1);
      this.swap(n1, i);
    }
  }

  swap(i, j) {
    const elem = this.v[i];
    this.v[i] = this.v[j];
    this.v[j] = elem;
  }

  verifyResult(result) {
    return result === 8660;
  }
}

export const run = (n) => new Permute().innerBenchmarkLoop(n);
