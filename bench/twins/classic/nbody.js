/** The planets of the outer solar system, after the Computer Language Benchmarks Game: the energy after n steps. */

const SOLAR_MASS = 4 * Math.PI * Math.PI;
const DAYS_PER_YEAR = 365.24;

class Body {
  /** Velocities are given in astronomical units a day, masses in suns. */
  constructor(x, y, z, vx, vy, vz, mass) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.vx = vx * DAYS_PER_YEAR;
    this.vy = vy * DAYS_PER_YEAR;
    this.vz = vz * DAYS_PER_YEAR;
    this.mass = mass * SOLAR_MASS;
  }

  attract(other, dt) {
    const dx = this.x - other.x;
    const dy = this.y - other.y;
    const dz = this.z - other.z;
    const square = dx * dx + dy * dy + dz * dz;
    const pull = dt / (square * Math.sqrt(square));
    const mine = this.mass * pull;
    const others = other.mass * pull;
    this.vx -= dx * others;
    this.vy -= dy * others;
    this.vz -= dz * others;
    other.vx += dx * mine;
    other.vy += dy * mine;
    other.vz += dz * mine;
  }

  move(dt) {
    this.x += dt * this.vx;
    this.y += dt * this.vy;
    this.z += dt * this.vz;
  }

  kineticEnergy() {
    return 0.5 * this.mass * (this.vx * this.vx + this.vy * this.vy + this.vz * this.vz);
  }

  potentialEnergy(other) {
    const dx = this.x - other.x;
    const dy = this.y - other.y;
    const dz = this.z - other.z;
    return (this.mass * other.mass) / Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
}

class System {
  constructor() {
    this.sun = new Body(0, 0, 0, 0, 0, 0, 1);
    this.bodies = [
      this.sun,
      // Jupiter, Saturn, Uranus, Neptune
      new Body(
        4.841431442464721,
        -1.1603200440274284,
        -0.10362204447112311,
        0.001660076642744037,
        0.007699011184197404,
        -0.0000690460016972063,
        0.0009547919384243266,
      ),
      new Body(
        8.34336671824458,
        4.124798564124305,
        -0.4035234171143214,
        -0.002767425107268624,
        0.004998528012349172,
        0.00002304172975737639,
        0.0002858859806661308,
      ),
      new Body(
        12.894369562139131,
        -15.111151401698631,
        -0.22330757889265573,
        0.002964601375647616,
        0.0023784717395948095,
        -0.00002965895685402375,
        0.00004366244043351563,
      ),
      new Body(
        15.379697114850917,
        -25.919314609987964,
        0.17925877295037118,
        0.0026806777249038932,
        0.001628241700382423,
        -0.00009515922545197159,
        0.00005151389020466114,
      ),
    ];
    // The sun takes the momentum that keeps the centre of all at rest.
    for (const { vx, vy, vz, mass } of this.bodies) {
      this.sun.vx -= (vx * mass) / SOLAR_MASS;
      this.sun.vy -= (vy * mass) / SOLAR_MASS;
      this.sun.vz -= (vz * mass) / SOLAR_MASS;
    }
  }

  advance(dt) {
    const { bodies } = this;
    for (let i = 0; i < bodies.length; i++) {
      for (let j = i + 1; j < bodies.length; j++) bodies[i].attract(bodies[j], dt);
    }
    for (const body of bodies) body.move(dt);
  }

  energy() {
    const { bodies } = this;
    let energy = 0;
    for (let i = 0; i < bodies.length; i++) {
      energy += bodies[i].kineticEnergy();
      for (let j = i + 1; j < bodies.length; j++) energy -= bodies[i].potentialEnergy(bodies[j]);
    }
    return energy;
  }
}

export function run(n) {
  const system = new System();
  for (let step = 0; step < n; step++) system.advance(0.01);
  return system.energy();
}
