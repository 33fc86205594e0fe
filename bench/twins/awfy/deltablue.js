// DeltaBlue: an incremental solver of constraints in a hierarchy, on a chain of n equalities and on n projections,
// with their own checks of every value. Stresses polymorphic calls, closures, and graphs of objects.
//
// After the Smalltalk version by John Maloney and Mario Wolczko, by way of SOM, adapted by Stefan Marr for Are We Fast
// Yet. See ../../programs/awfy/LICENSES.md. The algorithm: Freeman-Benson, Maloney, Borning, "The DeltaBlue Algorithm:
// An Incremental Constraint Hierarchy Solver", 1989.

import {
  EditConstraint,
  EqualityConstraint,
  normalDefault,
  preferred,
  required,
  ScaleConstraint,
  StayConstraint,
  Strength,
  strongDefault,
  Variable,
} from './deltablue-constraints.js';
import { Vector } from './som.js';

/** Constraints in the order in which executing them makes all values right. */
class Plan extends Vector {
  constructor() {
    super(15);
  }

  execute() {
    this.forEach((constraint) => {
      constraint.execute();
    });
  }
}

class Planner {
  constructor() {
    this.currentMark = 1;
  }

  newMark() {
    this.currentMark += 1;
    return this.currentMark;
  }

  /** Satisfies a constraint, then whatever that overrode, until nothing was. */
  incrementalAdd(constraint) {
    const mark = this.newMark();
    let overridden = constraint.satisfy(mark, this);
    while (overridden !== null) overridden = overridden.satisfy(mark, this);
  }

  /** Takes a constraint back, and tries again those downstream that it had kept from being satisfied, strongest first. */
  incrementalRemove(constraint) {
    const out = constraint.getOutput();
    constraint.markUnsatisfied();
    constraint.removeFromGraph();
    this.removePropagateFrom(out).forEach((unsatisfied) => {
      this.incrementalAdd(unsatisfied);
    });
  }

  extractPlanFromConstraints(constraints) {
    const sources = new Vector();
    constraints.forEach((constraint) => {
      if (constraint.isInput() && constraint.isSatisfied()) sources.append(constraint);
    });
    return this.makePlan(sources);
  }

  makePlan(sources) {
    const mark = this.newMark();
    const plan = new Plan();
    const todo = sources;
    while (!todo.isEmpty()) {
      const constraint = todo.removeFirst();
      if (constraint.getOutput().mark !== mark && constraint.inputsKnown(mark)) {
        plan.append(constraint);
        constraint.getOutput().mark = mark;
        this.addConstraintsConsumingTo(constraint.getOutput(), todo);
      }
    }
    return plan;
  }

  addConstraintsConsumingTo(v, coll) {
    this.constraintsConsuming(v, (constraint) => {
      coll.append(constraint);
    });
  }

  constraintsConsuming(v, fn) {
    const determining = v.determinedBy;
    v.constraints.forEach((constraint) => {
      if (constraint !== determining && constraint.isSatisfied()) fn(constraint);
    });
  }

  /** Recomputes what is downstream of a constraint. False, and the constraint is removed, where that comes back to its inputs. */
  addPropagate(constraint, mark) {
    const todo = Vector.with(constraint);
    while (!todo.isEmpty()) {
      const next = todo.removeFirst();
      if (next.getOutput().mark === mark) {
        this.incrementalRemove(constraint);
        return false;
      }
      next.recalculate();
      this.addConstraintsConsumingTo(next.getOutput(), todo);
    }
    return true;
  }

  /** Recomputes strengths downstream of a variable that nothing determines any more; gives the unsatisfied, strongest first. */
  removePropagateFrom(out) {
    const unsatisfied = new Vector();
    out.determinedBy = null;
    out.walkStrength = Strength.absoluteWeakest;
    out.stay = true;

    const todo = Vector.with(out);
    while (!todo.isEmpty()) {
      const v = todo.removeFirst();
      v.constraints.forEach((constraint) => {
        if (!constraint.isSatisfied()) unsatisfied.append(constraint);
      });
      this.constraintsConsuming(v, (constraint) => {
        constraint.recalculate();
        todo.append(constraint.getOutput());
      });
    }
    unsatisfied.sort((a, b) => (a.strength.stronger(b.strength) ? -1 : 1));
    return unsatisfied;
  }

  change(v, newValue) {
    const edit = new EditConstraint(v, preferred, this);
    const plan = this.extractPlanFromConstraints(Vector.with(edit));
    for (let i = 0; i < 10; i++) {
      v.value = newValue;
      plan.execute();
    }
    edit.destroyConstraint(this);
  }
}

/** A chain of n equalities with a stay at one end and an edit at the other, through which a hundred values travel. */
const chainTest = (n) => {
  const planner = new Planner();
  const vars = new Array(n + 1);
  for (let i = 0; i <= n; i++) vars[i] = new Variable();
  for (let i = 0; i < n; i++) new EqualityConstraint(vars[i], vars[i + 1], required, planner);
  new StayConstraint(vars[n], strongDefault, planner);

  const edit = new EditConstraint(vars[0], preferred, planner);
  const plan = planner.extractPlanFromConstraints(Vector.with(edit));
  for (let i = 0; i < 100; i++) {
    vars[0].value = i;
    plan.execute();
    if (vars[n].value !== i) throw new Error('Chain test failed!');
  }
  edit.destroyConstraint(planner);
};

/** Two rows of n variables, each pair related by one scale and offset; changed on either side and in between. */
const projectionTest = (n) => {
  const planner = new Planner();
  const dests = new Vector();
  const scale = new Variable(10);
  const offset = new Variable(1000);

  let src = null;
  let dst = null;
  for (let i = 1; i <= n; i++) {
    src = new Variable(i);
    dst = new Variable(i);
    dests.append(dst);
    new StayConstraint(src, normalDefault, planner);
    new ScaleConstraint(src, scale, offset, dst, required, planner);
  }

  const check = (number, holds) => {
    if (!holds) throw new Error(`Projection test ${number} failed!`);
  };
  planner.change(src, 17);
  check(1, dst.value === 1170);
  planner.change(dst, 1050);
  check(2, src.value === 5);
  planner.change(scale, 5);
  for (let i = 0; i < n - 1; i++) check(3, dests.at(i).value === (i + 1) * 5 + 1000);
  planner.change(offset, 2000);
  for (let i = 0; i < n - 1; i++) check(4, dests.at(i).value === (i + 1) * 5 + 2000);
};

export const run = (n) => {
  chainTest(n);
  projectionTest(n);
  return true;
};
