// List: Takeuchi's function on linked lists: much recursion, and lists that are made and walked.
//
// Copyright (c) 2015-2016 Stefan Marr, after the SOM benchmarks. MIT, see ../../programs/awfy/LICENSES.md.

import { Benchmark } from './benchmark.js';

class Element {
  constructor(val) {
    this.val = val;
    this.next = null;
  }

  length() {
    return this.next === null ? 1 : 1 + this.next.length();
  }
}

class List extends Benchmark {
  benchmark() {
    return this.tail(this.makeList(15), this.makeList(10), this.makeList(6)).length();
  }

  makeList(length) {
    if (length === 0) return null;
    const element = new Element(length);
    element.next = this.makeList(length - 1);
    return element;
  }

  isShorterThan(x, y) {
    let xTail = x;
    let yTail = y;
    while (yTail !== null) {
      if (xTail === null) return true;
      xTail = xTail.next;
      yTail = yTail.next;
    }
    return false;
  }

  tail(x, y, z) {
    if (!this.isShorterThan(y, x)) return z;
    return this.tail(this.tail(x.next, y, z), this.tail(y.next, z, x), this.tail(z.next, x, y));
  }

  verifyResult(result) {
    return result === 10;
  }
}

export const run = (n) => new List().innerBenchmarkLoop(n);
