/**
 * Which functions can be inlined: those that do not loop, and call only what is inlined in them. What calls itself, through others too, is not.
 */

import { opcodes } from '../isa/isa';
import { controlFlow } from '../load/cfg';
import { structure } from '../load/regions';
import { type RegionNode, statementsIn } from '../load/structured-code';
import { type Statement, storesOf, treesOf } from '../load/trees';
import type { LinkedFunction } from '../runtime/linked';
import { codeOf } from './fused-code';
import { patchedPcs, pcBehind } from './patch';
import { type Call, Callees } from './region-callees';
import type { FixedCode } from './region-fixed';
import { type Inlinable, isSteady, isThrow, mostInlined, withoutThrows } from './region-inlining';
import { bytesOfInlined, usesInInlined } from './region-registers';

/** Instructions of a function that is inlined, at most: what is larger would take the place of what is around it. */
const mostInstructions = 40;

function isPlain(fn: LinkedFunction): boolean {
  let count = 0;
  for (let pc = 0; pc < fn.code.length; pc = pcBehind(fn, pc)) {
    const { op, operands } = opcodes[fn.code[pc]!]!;
    if (++count > mostInstructions) return false;
    // Locals that hold a box are reached by instructions that know no other frame than the region's.
    if (operands.some(({ kind }) => kind === 'local') && op !== 'OpGetLocal' && op !== 'OpSetLocal')
      return false;
  }
  return true;
}

/** Whether a statement that is no call can be done without a frame. */
const isFrameless = (fn: LinkedFunction, statement: Statement): boolean => {
  const { kind } = statement;
  return kind !== 'loop' && (kind !== 'plain' || (isThrow(fn, statement) && isSteady(fn, statement.pc)));
};

/** The functions that can be inlined in one region, as they are now. */
export class Inlinables {
  private readonly found = new Map<LinkedFunction, Inlinable | undefined>();

  /**
   * @param around of the region: it is not inlined in itself
   * @param fixed as of the region
   */
  constructor(
    around: LinkedFunction,
    private readonly fixed: FixedCode,
  ) {
    this.found.set(around, undefined);
  }

  /** A function as it can be inlined; `undefined` where it cannot. */
  of(fn: LinkedFunction): Inlinable | undefined {
    if (!this.found.has(fn)) {
      // Until that is known, it cannot: it may call itself.
      this.found.set(fn, undefined);
      this.found.set(fn, this.find(fn));
    }
    return this.found.get(fn);
  }

  private find(fn: LinkedFunction): Inlinable | undefined {
    const code = codeOf(fn);
    if (code === undefined || fn.handlers.length > 0 || !isPlain(fn)) return undefined;
    if (code.readsClosure || [...patchedPcs(fn)].length > 0) return undefined;
    const statements = code.current().map((statement) => this.fixed.statement(statement));
    const { blocks } = controlFlow(fn);
    const structured = structure(fn, { blocks, entry: 0 }, statements);
    const nodes = structured && withoutThrows(fn, structured);
    if (nodes === undefined || ![...statementsIn(nodes)].every((one) => isFrameless(fn, one)))
      return undefined;
    const called = this.calledIn(fn, nodes);
    if (called === undefined) return undefined;
    const slots = storesOf(statements).map(({ slot }) => slot);
    const [only] = statements;
    return {
      fn,
      statements,
      nodes,
      assigned: new Set(slots.filter((slot) => slot < fn.arity)),
      pure: statements.every(
        (statement) =>
          statement.kind !== 'effect' &&
          statement.kind !== 'call' &&
          treesOf(statement).every((tree) => code.nests(tree)),
      ),
      result:
        statements.length === 1 && only!.kind === 'return' && only!.first.length === 0
          ? only!.value
          : undefined,
      ...called,
    };
  }

  /** What comes of what some code calls; `undefined` where not all of that can be inlined. */
  private calledIn(
    fn: LinkedFunction,
    nodes: readonly RegionNode[],
  ): Pick<Inlinable, 'bytes' | 'uses' | 'depth'> | undefined {
    const callees = new Callees(fn, this);
    const bytes = new Map<Call, number | undefined>();
    const uses = [...usesInInlined(fn, nodes)];
    let depth = 1;
    callees.eachCall(nodes, (call) => {
      bytes.set(call, isSteady(fn, call.pc) ? callees.bytesOfCall(call) : undefined);
      for (const { body } of callees.targets(call)) {
        if (body === undefined) continue;
        const { at } = callees.argumentsOf(call);
        for (const [slot, weight] of body.uses) uses.push([at + slot, weight]);
        depth = Math.max(depth, 1 + body.depth);
      }
    });
    if (depth > mostInlined || [...bytes.values()].includes(undefined)) return undefined;
    return { bytes: bytesOfInlined(nodes, (call) => bytes.get(call)!), uses, depth };
  }
}
