// Storage: a tree of arrays, seven levels deep, its leaves of random sizes. Stresses the collector.
//
// Copyright (c) 2015-2016 Stefan Marr, after the SOM benchmarks. MIT, see ../../programs/awfy/LICENSES.md.

import { Benchmark } from './benchmark.js';
import { Random } from './som.js';

class Storage extends Benchmark {
  constructor() {
    super();
    this.count = 0;
  }

  benchmark() {
    this.count = 0;
    this.buildTreeDepth(7, new Random());
    return this.count;
  }

  buildTreeDepth(depth, random) {
    this.count += 1;
    if (depth === 1) return new Array((random.next() % 10) + 1);
    const children = new Array(4);
    for (let i = 0; i < 4; i++) children[i] = this.buildTreeDepth(depth - 1, random);
    return children;
  }

  verifyResult(result) {
    return result === 5461;
  }
}

export const run = (n) => new Storage().innerBenchmarkLoop(n);
