// Bounce: a hundred balls in a box, fifty steps each. Counts how often they hit a wall.
//
// Copyright (c) 2015-2016 Stefan Marr, after the SOM benchmarks. MIT, see ../../programs/awfy/LICENSES.md.

import { Benchmark } from './benchmark.js';
import { Random } from './som.js';

const ballCount = 100;
const steps = 50;
const xLimit = 500;
const yLimit = 500;

class Ball {
  constructor(random) {
    this.x = random.next() % 500;
    this.y = random.next() % 500;
    this.xVel = (random.next() % 300) - 150;
    this.yVel = (random.next() % 300) - 150;
  }

  /** Moves one step; tells whether it bounced. */
  bounce() {
    let bounced = false;
    this.x += this.xVel;
    this.y += this.yVel;
    if (this.x > xLimit) {
      this.x = xLimit;
      this.xVel = 0 - Math.abs(this.xVel);
      bounced = true;
    }
    if (this.x < 0) {
      this.x = 0;
      this.xVel = Math.abs(this.xVel);
      bounced = true;
    }
    if (this.y > yLimit) {
      this.y = yLimit;
      this.yVel = 0 - Math.abs(this.yVel);
      bounced = true;
    }
    if (this.y < 0) {
      this.y = 0;
      this.yVel = Math.abs(this.yVel);
      bounced = true;
    }
    return bounced;
  }
}

class Bounce extends Benchmark {
  benchmark() {
    const random = new Random();
    const balls = new Array(ballCount);
    for (let i = 0; i < ballCount; i++) balls[i] = new Ball(random);

    let bounces = 0;
    for (let i = 0; i < steps; i++) {
      for (const ball of balls) {
        if (ball.bounce()) bounces += 1;
      }
    }
    return bounces;
  }

  verifyResult(result) {
    return result === 1331;
  }
}

export const run = (n) => new Bounce().innerBenchmarkLoop(n);
