// CD: a detector of collisions for n aircraft in 200 frames: motions are drawn on a map of voxels, those that share
// one are tested for intersection. Gives the number of collisions. Stresses small objects, exact arithmetic and a
// red-black tree.
//
// Copyright (c) 2001-2010 Purdue University, 2015 Apple Inc.; adapted by Stefan Marr for Are We Fast Yet. BSD, see
// ../../programs/awfy/LICENSES.md.

import { RedBlackTree } from './red-black-tree.js';
import { Vector } from './som.js';

const minX = 0;
const minY = 0;
const maxX = 1000;
const maxY = 1000;
const minZ = 0;
const maxZ = 10;
const proximityRadius = 1;
const voxelSize = proximityRadius * 2;

/** In the order of numbers, and NaN below all of them. */
const compareNumbers = (a, b) => {
  if (a === b) return 0;
  if (a < b) return -1;
  if (a > b) return 1;
  return Number.isNaN(a) ? -1 : 1;
};

class Vector2D {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }

  plus(other) {
    return new Vector2D(this.x + other.x, this.y + other.y);
  }

  minus(other) {
    return new Vector2D(this.x - other.x, this.y - other.y);
  }

  compareTo(other) {
    const result = compareNumbers(this.x, other.x);
    return result !== 0 ? result : compareNumbers(this.y, other.y);
  }
}

class Vector3D {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  plus(other) {
    return new Vector3D(this.x + other.x, this.y + other.y, this.z + other.z);
  }

  minus(other) {
    return new Vector3D(this.x - other.x, this.y - other.y, this.z - other.z);
  }

  dot(other) {
    return this.x * other.x + this.y * other.y + this.z * other.z;
  }

  squaredMagnitude() {
    return this.dot(this);
  }

  magnitude() {
    return Math.sqrt(this.squaredMagnitude());
  }

  times(amount) {
    return new Vector3D(this.x * amount, this.y * amount, this.z * amount);
  }
}

const horizontal = new Vector2D(voxelSize, 0);
const vertical = new Vector2D(0, voxelSize);

class CallSign {
  constructor(value) {
    this.value = value;
  }

  compareTo(other) {
    return this.value === other.value ? 0 : this.value < other.value ? -1 : 1;
  }
}

class Aircraft {
  constructor(callsign, position) {
    this.callsign = callsign;
    this.position = position;
  }
}

class Collision {
  constructor(aircraftA, aircraftB, position) {
    this.aircraftA = aircraftA;
    this.aircraftB = aircraftB;
    this.position = position;
  }
}

class Motion {
  constructor(callsign, posOne, posTwo) {
    this.callsign = callsign;
    this.posOne = posOne;
    this.posTwo = posTwo;
  }

  delta() {
    return this.posTwo.minus(this.posOne);
  }

  /** Where two aircraft that move at constant speed come as near as the radius, in the time of the frame; else null. */
  findIntersection(other) {
    const init1 = this.posOne;
    const init2 = other.posOne;
    const vec1 = this.delta();
    const vec2 = other.delta();
    const radius = proximityRadius;

    // Their distance at time v is the radius where a v^2 + b v + c = 0.
    const a = vec2.minus(vec1).squaredMagnitude();
    if (a === 0) {
      // They keep their distance.
      const distance = init2.minus(init1).magnitude();
      return distance <= radius ? init1.plus(init2).times(0.5) : null;
    }
    const b = 2 * init1.minus(init2).dot(vec1.minus(vec2));
    const c = -radius * radius + init2.minus(init1).squaredMagnitude();
    const discriminant = b * b - 4 * a * c;
    if (discriminant < 0) return null;

    const v1 = (-b - Math.sqrt(discriminant)) / (2 * a);
    const v2 = (-b + Math.sqrt(discriminant)) / (2 * a);
    if (v1 <= v2 && ((v1 <= 1 && 1 <= v2) || (v1 <= 0 && 0 <= v2) || (0 <= v1 && v2 <= 1))) {
      // One that began before the frame is reported at its start.
      const v = v1 <= 0 ? 0 : v1;
      const result1 = init1.plus(vec1.times(v));
      const result2 = init2.plus(vec2.times(v));
      const result = result1.plus(result2).times(0.5);
      if (
        result.x >= minX &&
        result.x <= maxX &&
        result.y >= minY &&
        result.y <= maxY &&
        result.z >= minZ &&
        result.z <= maxZ
      ) {
        return result;
      }
    }
    return null;
  }
}

const isInVoxel = (voxel, motion) => {
  if (voxel.x > maxX || voxel.x < minX || voxel.y > maxY || voxel.y < minY) return false;

  const init = motion.posOne;
  const fin = motion.posTwo;
  const r = proximityRadius / 2;

  const vx = voxel.x;
  const x0 = init.x;
  const xv = fin.x - init.x;
  const vy = voxel.y;
  const y0 = init.y;
  const yv = fin.y - init.y;

  // The times at which it enters and leaves the voxel; infinite or NaN where it does not move in that direction.
  let lowX = (vx - r - x0) / xv;
  let highX = (vx + voxelSize + r - x0) / xv;
  if (xv < 0) [lowX, highX] = [highX, lowX];
  let lowY = (vy - r - y0) / yv;
  let highY = (vy + voxelSize + r - y0) / yv;
  if (yv < 0) [lowY, highY] = [highY, lowY];

  return (
    ((xv === 0 && vx <= x0 + r && x0 - r <= vx + voxelSize) ||
      (lowX <= 1 && 1 <= highX) ||
      (lowX <= 0 && 0 <= highX) ||
      (0 <= lowX && highX <= 1)) &&
    ((yv === 0 && vy <= y0 + r && y0 - r <= vy + voxelSize) ||
      (lowY <= 1 && 1 <= highY) ||
      (lowY <= 0 && 0 <= highY) ||
      (0 <= lowY && highY <= 1)) &&
    (xv === 0 ||
      yv === 0 ||
      (lowY <= highX && highX <= highY) ||
      (lowY <= lowX && lowX <= highY) ||
      (lowX <= lowY && highY <= highX))
  );
};

const putIntoMap = (voxelMap, voxel, motion) => {
  let motions = voxelMap.get(voxel);
  if (motions === null) {
    motions = new Vector();
    voxelMap.put(voxel, motions);
  }
  motions.append(motion);
};

/** The corner of the voxel that a position is in. */
const voxelHash = (position) => {
  const voxel = new Vector2D(
    voxelSize * Math.trunc(position.x / voxelSize),
    voxelSize * Math.trunc(position.y / voxelSize),
  );
  if (position.x < 0) voxel.x -= voxelSize;
  if (position.y < 0) voxel.y -= voxelSize;
  return voxel;
};

const recurse = (voxelMap, seen, nextVoxel, motion) => {
  if (!isInVoxel(nextVoxel, motion)) return;
  if (seen.put(nextVoxel, true) !== null) return;
  putIntoMap(voxelMap, nextVoxel, motion);

  recurse(voxelMap, seen, nextVoxel.minus(horizontal), motion);
  recurse(voxelMap, seen, nextVoxel.plus(horizontal), motion);
  recurse(voxelMap, seen, nextVoxel.minus(vertical), motion);
  recurse(voxelMap, seen, nextVoxel.plus(vertical), motion);
  recurse(voxelMap, seen, nextVoxel.minus(horizontal).minus(vertical), motion);
  recurse(voxelMap, seen, nextVoxel.minus(horizontal).plus(vertical), motion);
  recurse(voxelMap, seen, nextVoxel.plus(horizontal).minus(vertical), motion);
  recurse(voxelMap, seen, nextVoxel.plus(horizontal).plus(vertical), motion);
};

/** The motions by voxel, where there are several: those that may collide. */
const reduceCollisionSet = (motions) => {
  const voxelMap = new RedBlackTree();
  motions.forEach((motion) => {
    recurse(voxelMap, new RedBlackTree(), voxelHash(motion.posOne), motion);
  });
  const result = new Vector();
  voxelMap.forEach((entry) => {
    if (entry.value.size() > 1) result.append(entry.value);
  });
  return result;
};

class CollisionDetector {
  constructor() {
    this.state = new RedBlackTree();
  }

  handleNewFrame(frame) {
    const motions = new Vector();
    const seen = new RedBlackTree();
    frame.forEach((aircraft) => {
      // One that was not there before counts as standing still.
      const oldPosition = this.state.put(aircraft.callsign, aircraft.position) ?? aircraft.position;
      seen.put(aircraft.callsign, true);
      motions.append(new Motion(aircraft.callsign, oldPosition, aircraft.position));
    });

    const toRemove = new Vector();
    this.state.forEach((entry) => {
      if (seen.get(entry.key) === null) toRemove.append(entry.key);
    });
    toRemove.forEach((callsign) => {
      this.state.remove(callsign);
    });

    const collisions = new Vector();
    reduceCollisionSet(motions).forEach((reduced) => {
      for (let i = 0; i < reduced.size(); i++) {
        const motion1 = reduced.at(i);
        for (let j = i + 1; j < reduced.size(); j++) {
          const motion2 = reduced.at(j);
          const collision = motion1.findIntersection(motion2);
          if (collision !== null) {
            collisions.append(new Collision(motion1.callsign, motion2.callsign, collision));
          }
        }
      }
    });
    return collisions;
  }
}

class Simulator {
  constructor(numAircraft) {
    this.aircraft = new Vector();
    for (let i = 0; i < numAircraft; i++) this.aircraft.append(new CallSign(i));
  }

  simulate(time) {
    const frame = new Vector();
    for (let i = 0; i < this.aircraft.size(); i += 2) {
      const position1 = new Vector3D(time, Math.cos(time) * 2 + i * 3, 10);
      frame.append(new Aircraft(this.aircraft.at(i), position1));
      const position2 = new Vector3D(time, Math.sin(time) * 2 + i * 3, 10);
      frame.append(new Aircraft(this.aircraft.at(i + 1), position2));
    }
    return frame;
  }
}

export const run = (n) => {
  const frames = 200;
  const simulator = new Simulator(n);
  const detector = new CollisionDetector();
  let collisions = 0;
  for (let i = 0; i < frames; i++) collisions += detector.handleNewFrame(simulator.simulate(i / 10)).size();
  return collisions;
};
