/**
 * The control-flow graph, against definitions: on random modules blocks are as long as they can be, an instruction dominates
 * another where the other cannot be reached without it, and a loop is what reaches its latches without passing its header.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engines } from '../../src/engines/engines';
import { assemble, load } from '../../src/index';
import { opcodes } from '../../src/isa/isa';
import { type ControlFlowGraph, controlFlow, dominates } from '../../src/load/cfg';
import type { LinkedFunction } from '../../src/runtime/linked';
import { fromSeed, makeModule } from '../bytecode/arbitrary-module';
import { readText } from '../files';
import { reachable, waysFrom } from './naive-graph';

const modules = 400;

function check(fn: LinkedFunction, graph: ControlFlowGraph): void {
  const { blocks, dominators, loops, irreducible } = graph;
  const pcs = reachable(0, (pc) => waysFrom(fn, pc), undefined);
  // Every instruction that can be reached is in one block, in order, and blocks are entered at their first only.
  const blockOf = new Map<number, number>();
  for (const { index, start, end } of blocks) {
    assert.is(blocks[index]!.start, start);
    for (let pc = start; pc < end; pc += opcodes[fn.code[pc]!]!.size) {
      assert.not.ok(blockOf.has(pc));
      blockOf.set(pc, index);
    }
  }
  assert.equal(
    [...blockOf.keys()].sort((a, b) => a - b),
    [...pcs].sort((a, b) => a - b),
  );
  const edges = new Set<string>();
  for (const pc of pcs) {
    for (const to of waysFrom(fn, pc)) {
      const [a, b] = [blockOf.get(pc)!, blockOf.get(to)!];
      if (to === blocks[b]!.start && !(a === b && to > pc)) edges.add(`${a} ${b}`);
      else assert.is(a, b, 'a block is entered at its first instruction only');
    }
  }
  const drawn = blocks.flatMap(({ index, successors, handlers }) =>
    [...successors, ...handlers].map((to) => `${index} ${to}`),
  );
  assert.equal([...new Set(drawn)].sort(), [...edges].sort());
  const ways = (block: number): number[] => [...blocks[block]!.successors, ...blocks[block]!.handlers];
  for (const { index, predecessors } of blocks) {
    assert.equal(
      [...predecessors].sort(),
      blocks
        .map((block) => block.index)
        .filter((from) => ways(from).includes(index))
        .sort(),
    );
  }
  // Dominators: what cannot be reached without it.
  const naive = blocks.map(({ index }) => reachable(0, ways, index));
  const naiveDominates = (a: number, b: number): boolean => a === b || !naive[a]!.has(b);
  for (const a of blocks.keys()) {
    for (const b of blocks.keys()) {
      assert.is(dominates(dominators, a, b), naiveDominates(a, b), `block ${a} dominates ${b}`);
    }
  }
  assert.is(dominators[0], -1);
  // Loops: what reaches a latch without passing the header.
  const back = blocks.flatMap(({ index, successors }) =>
    successors.filter((to) => to <= index).map((to) => [index, to] as const),
  );
  assert.is(
    irreducible,
    back.some(([from, to]) => !naiveDominates(to, from)),
  );
  const natural = back.filter(([from, to]) => naiveDominates(to, from));
  assert.equal(
    [...loops.map(({ header }) => header)].sort(),
    [...new Set(natural.map(([, to]) => to))].sort(),
  );
  loops.forEach(({ header, latches, blocks: body, parent }, index) => {
    assert.equal(
      latches,
      natural.filter(([, to]) => to === header).map(([from]) => from),
    );
    const into = (block: number): readonly number[] => blocks[block]!.predecessors;
    const inside = new Set([header, ...latches.flatMap((latch) => [...reachable(latch, into, header)])]);
    assert.equal(
      body,
      [...inside].sort((a, b) => a - b),
    );
    assert.is(body[0], header);
    // The smallest loop around it.
    const around = loops.filter(
      (other, i) => i !== index && other.blocks.includes(header) && other.blocks.length > body.length,
    );
    const smallest = around.sort((a, b) => a.blocks.length - b.blocks.length)[0];
    assert.is(parent, smallest === undefined ? -1 : loops.indexOf(smallest));
    assert.ok(parent < index);
    for (const block of body) if (parent >= 0) assert.ok(loops[parent]!.blocks.includes(block));
  });
}

test(`the functions of ${modules} modules`, () => {
  let [loops, handlers] = [0, 0];
  for (let seed = 1; seed <= modules; seed++) {
    for (const fn of load(makeModule(fromSeed(seed))).linkFor(engines.fused).functions) {
      const graph = controlFlow(fn);
      check(fn, graph);
      loops += graph.loops.length;
      handlers += fn.handlers.length;
    }
  }
  assert.ok(loops > modules / 2, `${loops} loops`);
  assert.ok(handlers > modules / 2, `${handlers} handlers`);
});

test('a cycle with two ways in is no loop', () => {
  const [main] = load(assemble(readText('test/stages/irreducible.hasm'))).linkFor(engines.fused).functions;
  const graph = controlFlow(main!);
  check(main!, graph);
  assert.ok(graph.irreducible);
  assert.equal(graph.loops, []);
});

/** Forward jumps into the middle of cycles, at random: what compilers do not make. */
function tangled(seed: number): string {
  const choose = fromSeed(seed);
  const count = 3 + choose(8);
  const lines = ['.function main locals=1'];
  for (let i = 0; i < count; i++) {
    lines.push(`b${i}:`, 'OpGetLocal 0');
    if (i + 1 < count && choose(2) === 0) lines.push(`OpJumpIfTrue @b${i + 1 + choose(count - i - 1)}`);
    else lines.push('OpPop');
    if (choose(3) === 0) {
      lines.push('OpTrue', `OpJumpIfFalse @s${i}`, `OpLoop @b${choose(i + 1)}`, `s${i}:`);
    }
  }
  return [...lines, 'OpNull', '.end'].join('\n');
}

test('tangles of jumps', () => {
  let irreducible = 0;
  for (let seed = 1; seed <= 1000; seed++) {
    const [main] = load(assemble(tangled(seed))).linkFor(engines.fused).functions;
    const graph = controlFlow(main!);
    check(main!, graph);
    if (graph.irreducible) irreducible++;
  }
  assert.ok(irreducible > 50, `${irreducible} are irreducible`);
});

test.run();
