// Sieve: the primes up to 5000, by the sieve of Eratosthenes.
//
// Copyright (c) 2015-2016 Stefan Marr, after the SOM benchmarks. MIT, see ../../programs/awfy/LICENSES.md.

import { Benchmark } from './benchmark.js';

class Sieve extends Benchmark {
  benchmark() {
    return this.sieve(new Array(5000).fill(true), 5000);
  }

  sieve(flags, size) {
    let primeCount = 0;
    for (let i = 2; i <= size; i++) {
      if (flags[i - 1]) {
        primeCount += 1;
        for (let k = i + i; k <= size; k += i) flags[k - 1] = false;
      }
    }
    return primeCount;
  }

  verifyResult(result) {
    return result === 669;
  }
}

export const run = (n) => new Sieve().innerBenchmarkLoop(n);
