// What most programs of Are We Fast Yet share: the loop that repeats a benchmark and verifies what it gives each time.
//
// Copyright (c) 2015-2016 Stefan Marr, Are We Fast Yet. MIT, see ../../programs/awfy/LICENSES.md.

export class Benchmark {
  /** Does the benchmark `innerIterations` times; gives the last result. Throws at the first that is wrong. */
  innerBenchmarkLoop(innerIterations) {
    let result = null;
    for (let i = 0; i < innerIterations; i++) {
      result = this.benchmark();
      if (!this.verifyResult(result)) throw new Error(`${this.constructor.name} gives ${result}`);
    }
    return result;
  }

  benchmark() {
    throw new Error('a benchmark says what it does');
  }

  verifyResult() {
    throw new Error('a benchmark says what is right');
  }
}
