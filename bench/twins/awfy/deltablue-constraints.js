// The constraints of the DeltaBlue benchmark, the variables that they relate, and their strengths.
//
// After the Smalltalk version by John Maloney and Mario Wolczko, by way of SOM, adapted by Stefan Marr for Are We Fast
// Yet. See ../../programs/awfy/LICENSES.md.

import { IdentityDictionary, Vector } from './som.js';

/** The name of a strength, with the hash that dictionaries ask for. */
class Sym {
  constructor(hash) {
    this.hash = hash;
  }

  customHash() {
    return this.hash;
  }
}

const absoluteStrongest = new Sym(0);
export const required = new Sym(1);
const strongPreferred = new Sym(2);
export const preferred = new Sym(3);
export const strongDefault = new Sym(4);
export const normalDefault = new Sym(5);
const weakDefault = new Sym(6);
const absoluteWeakest = new Sym(7);

export class Strength {
  static table = Strength.createTable();
  static constants = Strength.createConstants();
  static absoluteWeakest = Strength.of(absoluteWeakest);
  static required = Strength.of(required);

  constructor(sym) {
    this.arithmeticValue = Strength.table.at(sym);
  }

  static createTable() {
    const table = new IdentityDictionary();
    table.atPut(absoluteStrongest, -10000);
    table.atPut(required, -800);
    table.atPut(strongPreferred, -600);
    table.atPut(preferred, -400);
    table.atPut(strongDefault, -200);
    table.atPut(normalDefault, 0);
    table.atPut(weakDefault, 500);
    table.atPut(absoluteWeakest, 10000);
    return table;
  }

  static createConstants() {
    const constants = new IdentityDictionary();
    Strength.table.getKeys().forEach((sym) => {
      constants.atPut(sym, new Strength(sym));
    });
    return constants;
  }

  static of(sym) {
    return Strength.constants.at(sym);
  }

  sameAs(other) {
    return this.arithmeticValue === other.arithmeticValue;
  }

  stronger(other) {
    return this.arithmeticValue < other.arithmeticValue;
  }

  weaker(other) {
    return this.arithmeticValue > other.arithmeticValue;
  }

  strongest(other) {
    return other.stronger(this) ? other : this;
  }

  weakest(other) {
    return other.weaker(this) ? other : this;
  }
}

export class Variable {
  constructor(value = 0) {
    this.value = value;
    this.constraints = new Vector(2);
    this.determinedBy = null;
    this.walkStrength = Strength.absoluteWeakest;
    this.stay = true;
    this.mark = 0;
  }

  addConstraint(constraint) {
    this.constraints.append(constraint);
  }

  removeConstraint(constraint) {
    this.constraints.remove(constraint);
    if (this.determinedBy === constraint) this.determinedBy = null;
  }
}

class AbstractConstraint {
  constructor(strengthSym) {
    this.strength = Strength.of(strengthSym);
  }

  isInput() {
    return false;
  }

  addConstraint(planner) {
    this.addToGraph();
    planner.incrementalAdd(this);
  }

  destroyConstraint(planner) {
    if (this.isSatisfied()) planner.incrementalRemove(this);
    this.removeFromGraph();
  }

  /** Whether every input was computed by what is marked, is constant, or is determined by nothing. */
  inputsKnown(mark) {
    return !this.inputsHasOne((v) => !(v.mark === mark || v.stay || v.determinedBy === null));
  }

  /** Tries to make it hold; gives the constraint that this overrode, which then has to find another way. */
  satisfy(mark, planner) {
    this.chooseMethod(mark);
    if (!this.isSatisfied()) {
      if (this.strength.sameAs(Strength.required)) throw new Error('Could not satisfy a required constraint');
      return null;
    }

    // Marked inputs are how addPropagate finds cycles.
    this.inputsDo((v) => {
      v.mark = mark;
    });
    const out = this.getOutput();
    const overridden = out.determinedBy;
    if (overridden !== null) overridden.markUnsatisfied();
    out.determinedBy = this;
    if (!planner.addPropagate(this, mark)) throw new Error('Cycle encountered');
    out.mark = mark;
    return overridden;
  }
}

const forward = 'forward';
const backward = 'backward';

class BinaryConstraint extends AbstractConstraint {
  constructor(v1, v2, strength) {
    super(strength);
    this.v1 = v1;
    this.v2 = v2;
    this.direction = null;
  }

  isSatisfied() {
    return this.direction !== null;
  }

  addToGraph() {
    this.v1.addConstraint(this);
    this.v2.addConstraint(this);
    this.direction = null;
  }

  removeFromGraph() {
    if (this.v1 !== null) this.v1.removeConstraint(this);
    if (this.v2 !== null) this.v2.removeConstraint(this);
    this.direction = null;
  }

  /** Decides which variable is computed from the other, by their strengths and by which of them was visited already. */
  chooseMethod(mark) {
    const { v1, v2, strength } = this;
    if (v1.mark === mark) {
      this.direction = v2.mark !== mark && strength.stronger(v2.walkStrength) ? forward : null;
    } else if (v2.mark === mark) {
      this.direction = v1.mark !== mark && strength.stronger(v1.walkStrength) ? backward : null;
    } else if (v1.walkStrength.weaker(v2.walkStrength)) {
      this.direction = strength.stronger(v1.walkStrength) ? backward : null;
    } else {
      this.direction = strength.stronger(v2.walkStrength) ? forward : null;
    }
  }

  getInput() {
    return this.direction === forward ? this.v1 : this.v2;
  }

  getOutput() {
    return this.direction === forward ? this.v2 : this.v1;
  }

  inputsDo(fn) {
    fn(this.getInput());
  }

  inputsHasOne(fn) {
    return fn(this.getInput());
  }

  markUnsatisfied() {
    this.direction = null;
  }

  recalculate() {
    const input = this.getInput();
    const out = this.getOutput();
    out.walkStrength = this.strength.weakest(input.walkStrength);
    out.stay = input.stay;
    if (out.stay) this.execute();
  }
}

class UnaryConstraint extends AbstractConstraint {
  constructor(v, strength, planner) {
    super(strength);
    this.output = v;
    this.satisfied = false;
    this.addConstraint(planner);
  }

  isSatisfied() {
    return this.satisfied;
  }

  addToGraph() {
    this.output.addConstraint(this);
    this.satisfied = false;
  }

  removeFromGraph() {
    if (this.output !== null) this.output.removeConstraint(this);
    this.satisfied = false;
  }

  chooseMethod(mark) {
    this.satisfied = this.output.mark !== mark && this.strength.stronger(this.output.walkStrength);
  }

  inputsDo() {
    // There are none.
  }

  inputsHasOne() {
    return false;
  }

  markUnsatisfied() {
    this.satisfied = false;
  }

  getOutput() {
    return this.output;
  }

  recalculate() {
    this.output.walkStrength = this.strength;
    this.output.stay = !this.isInput();
    if (this.output.stay) this.execute();
  }
}

/** Marks a variable that the program is about to change. */
export class EditConstraint extends UnaryConstraint {
  isInput() {
    return true;
  }

  execute() {
    // The program sets the value.
  }
}

/** Keeps a variable as it is, with some strength. */
export class StayConstraint extends UnaryConstraint {
  execute() {
    // The value stays.
  }
}

export class EqualityConstraint extends BinaryConstraint {
  constructor(v1, v2, strength, planner) {
    super(v1, v2, strength);
    this.addConstraint(planner);
  }

  execute() {
    this.getOutput().value = this.getInput().value;
  }
}

/** Relates two variables by `v2 = v1 * scale + offset`. */
export class ScaleConstraint extends BinaryConstraint {
  constructor(src, scale, offset, dest, strength, planner) {
    super(src, dest, strength);
    this.scale = scale;
    this.offset = offset;
    this.addConstraint(planner);
  }

  addToGraph() {
    super.addToGraph();
    this.scale.addConstraint(this);
    this.offset.addConstraint(this);
  }

  removeFromGraph() {
    super.removeFromGraph();
    if (this.scale !== null) this.scale.removeConstraint(this);
    if (this.offset !== null) this.offset.removeConstraint(this);
  }

  execute() {
    if (this.direction === forward) {
      this.v2.value = this.v1.value * this.scale.value + this.offset.value;
    } else {
      this.v1.value = (this.v2.value - this.offset.value) / this.scale.value;
    }
  }

  inputsDo(fn) {
    fn(this.getInput());
    fn(this.scale);
    fn(this.offset);
  }

  recalculate() {
    const input = this.getInput();
    const out = this.getOutput();
    out.walkStrength = this.strength.weakest(input.walkStrength);
    out.stay = input.stay && this.scale.stay && this.offset.stay;
    if (out.stay) this.execute();
  }
}
