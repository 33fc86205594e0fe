/**
 * Constant folding: which expressions have a value that is known before the program runs. Values come from the bodies of
 * the instruction table, so that folding cannot differ from running; what would raise an error is left to run. (Only the
 * text of interpolations is made here: its instruction charges fuel.)
 */

import { instructions } from '../isa/instructions';
import { FixedVariables } from '../runtime/fixed-variables';
import { defaultLimits } from '../runtime/limits';
import { Memory } from '../runtime/memory';
import { Random } from '../runtime/random';
import { show } from '../runtime/show';
import { thread, type VmState } from '../runtime/thread';
import type { Value } from '../runtime/value';
import { type Binary, type Expression, logicalOperands } from './ast';
import { binaryOp, unaryOps } from './operators';
import type { Dialect } from './tokens';

/** A value that a literal can write. */
export type Known = null | boolean | number | string;

/** Longer strings are made at run time: folding must not make a module much larger than its source. */
const longestString = 4096;

export class Folder {
  /** What was found out about each operation: asking again must not cost another walk down a long chain. */
  private readonly found = new Map<Expression, Known | undefined>();

  constructor(private readonly dialect: Dialect) {}

  /** The value of an expression, `undefined` where it is not known. */
  known(node: Expression): Known | undefined {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'unary':
        return this.remember(node, () => {
          const operand = this.known(node.operand);
          return operand === undefined ? undefined : attempt(unaryOps[node.operator], [operand]);
        });
      case 'binary':
        return this.binary(node);
      case 'logical':
        return this.remember(node, () => {
          const keeps = node.operator === '||';
          let value: Known | undefined;
          for (const operand of logicalOperands(node)) {
            value = this.known(operand);
            if (value === undefined || isTruthy(value) === keeps) return value;
          }
          return value;
        });
      case 'interpolation':
        return this.remember(node, () => {
          let text = '';
          for (const piece of node.pieces) {
            const value = this.known(piece);
            if (value === undefined || text.length > longestString) return undefined;
            text += show(value);
          }
          return text.length <= longestString ? text : undefined;
        });
      default:
        return undefined;
    }
  }

  private remember(node: Expression, find: () => Known | undefined): Known | undefined {
    if (this.found.has(node)) return this.found.get(node);
    const value = find();
    this.found.set(node, value);
    return value;
  }

  /** Left spines by a loop, from the leftmost operand that is not known yet up. */
  private binary(node: Binary): Known | undefined {
    const spine: Binary[] = [];
    let left: Expression = node;
    while (left.kind === 'binary' && !this.found.has(left)) {
      spine.push(left);
      left = left.left;
    }
    let value = left.kind === 'binary' ? this.found.get(left) : this.known(left);
    for (let i = spine.length - 1; i >= 0; i--) {
      const { operator, right } = spine[i]!;
      const other = value === undefined ? undefined : this.known(right);
      value =
        value === undefined || other === undefined
          ? undefined
          : attempt(binaryOp(operator, this.dialect), [value, other]);
      this.found.set(spine[i]!, value);
    }
    return value;
  }
}

export const isTruthy = (value: Known): boolean => value !== null && value !== false;

/** What the instruction gives, `undefined` where it raises an error or the result is no constant worth keeping. */
function attempt(op: keyof typeof instructions, inputs: readonly Value[]): Known | undefined {
  const entry = instructions[op];
  if (!('body' in entry) || entry.body === null) return undefined;
  const outer = thread.enter(compileTime, { slice: 1, limit: 1, suspendable: false });
  try {
    const value: unknown = entry.body(...inputs);
    if (typeof value === 'string') return value.length <= longestString ? value : undefined;
    return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : undefined;
  } catch {
    return undefined;
  } finally {
    thread.leave(outer);
  }
}

/** The VM that bodies believe they run in: what they make is bounded and never seen by a guest. */
const compileTime: VmState = {
  owner: instructions,
  globals: [],
  imports: [],
  fixed: new FixedVariables(() => new Set()),
  fixedVersion: 0,
  limits: { ...defaultLimits, maxStringLength: longestString },
  memory: new Memory(Number.POSITIVE_INFINITY, thread, () => []),
  output: () => {},
  random: new Random(0),
  clock: undefined,
};
