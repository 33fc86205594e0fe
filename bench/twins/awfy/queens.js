// Queens: the first way to put eight queens on a board, found ten times by backtracking.
//
// Copyright (c) 2015-2016 Stefan Marr, after the SOM benchmarks. MIT, see ../../programs/awfy/LICENSES.md.

import { Benchmark } from './benchmark.js';

class Queens extends Benchmark {
  constructor() {
    super();
    this.freeMaxs = null;
    this.freeRows = null;
    this.freeMins = null;
    this.queenRows = null;
  }

  benchmark() {
    let result = true;
    for (let i = 0; i < 10; i++) result = result && this.queens();
    return result;
  }

  queens() {
    this.freeRows = new Array(8).fill(true);
    this.freeMaxs = new Array(16).fill(true);
    this.freeMins = new Array(16).fill(true);
    this.queenRows = new Array(8).fill(-1);
    return this.placeQueen(0);
  }

  placeQueen(c) {
    for (let r = 0; r < 8; r++) {
      if (this.isFree(r, c)) {
        this.queenRows[r] = c;
        this.setFree(r, c, false);
        if (c === 7 || this.placeQueen(c + 1)) return true;
        this.setFree(r, c, true);
      }
    }
    return false;
  }

  isFree(r, c) {
    return this.freeRows[r] && this.freeMaxs[c + r] && this.freeMins[c - r + 7];
  }

  setFree(r, c, free) {
    this.freeRows[r] = free;
    this.freeMaxs[c + r] = free;
    this.freeMins[c - r + 7] = free;
  }

  verifyResult(result) {
    return result;
  }
}

export const run = (n) => new Queens().innerBenchmarkLoop(n);
