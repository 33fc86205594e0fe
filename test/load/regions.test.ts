/**
 * Structured code against the graph that it was made of: on random modules every statement that control can come to without an
 * error stands in it once, and each way out of a block leads where the graph says.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engines } from '../../src/engines/engines';
import { firstStatements } from '../../src/engines/fused-code';
import { assemble, compile, load } from '../../src/index';
import { type Block, controlFlow } from '../../src/load/cfg';
import { structure } from '../../src/load/regions';
import type { Label, RegionNode } from '../../src/load/structured-code';
import type { LinkedFunction } from '../../src/runtime/linked';
import { fromSeed, makeModule } from '../bytecode/arbitrary-module';
import { readText } from '../files';

const modules = 300;

/** Where the statements of a body begin, jumps aside. */
const startsIn = (nodes: readonly RegionNode[]): number[] => nodes.flatMap(startsOf);

function startsOf(node: RegionNode): number[] {
  switch (node.kind) {
    case 'simple':
    case 'return':
      return [node.statement.start];
    case 'if':
      return [node.branch.start, ...startsIn(node.yes), ...startsIn(node.no)];
    case 'loop':
    case 'block':
      return startsIn(node.body);
    case 'try':
      return startsIn([...node.body, ...node.handler]);
    case 'go':
      return [];
  }
}

function reachable(blocks: readonly Block[]): Set<number> {
  const seen = new Set([0]);
  for (const block of seen)
    for (const to of [...blocks[block]!.successors, ...blocks[block]!.handlers]) seen.add(to);
  return seen;
}

/** Whether each label is used inside what it belongs to only, or leads out of the region. */
function checkLabels(nodes: readonly RegionNode[], open: readonly Label[]): void {
  for (const node of nodes) {
    if (node.kind === 'go') assert.ok(open.includes(node.label), `a way to ${node.label.pc} leads nowhere`);
    if (node.kind === 'if') for (const side of [node.yes, node.no]) checkLabels(side, open);
    if (node.kind === 'block' || node.kind === 'try') checkLabels(node.body, [...open, node.label]);
    if (node.kind === 'try') checkLabels(node.handler, open);
    if (node.kind === 'loop') {
      checkLabels(node.body, [...open, node.label, ...(node.exit === undefined ? [] : [node.exit])]);
    }
  }
}

/** @returns whether the function could be structured */
function check(fn: LinkedFunction): boolean {
  const { blocks } = controlFlow(fn);
  const statements = firstStatements(fn);
  const nodes = structure(fn, { blocks, entry: 0 }, statements);
  if (nodes === undefined) return false;
  const within = [...reachable(blocks)].map((block) => blocks[block]!);
  const wanted = statements.filter(
    ({ kind, start }) => kind !== 'jump' && within.some((block) => start >= block.start && start < block.end),
  );
  const found = new Set(startsIn(nodes));
  for (const { start } of wanted) assert.ok(found.has(start), `the statement at ${start} is missing`);
  checkLabels(nodes, []);
  return true;
}

test('functions of random modules', () => {
  let structured = 0;
  for (let seed = 0; seed < modules; seed++) {
    const program = load(makeModule(fromSeed(seed)));
    for (const fn of program.linkFor(engines.fused).functions) if (check(fn)) structured++;
  }
  assert.ok(structured > modules / 2, `${structured} functions`);
});

test('loops of Weft are loops', () => {
  const source = `fn f(n) {
      let s = 0
      for (let i = 0; i < n; i += 1) {
        if (i % 2 == 0) { continue }
        let j = i
        while (j > 0 && s < 1000) { j -= 3; s += j; if (s == 77) { break } }
        do { s += 1 } while (s % 5 != 0)
      }
      s
    }
    f(3)`;
  const fn = load(compile(source))
    .linkFor(engines.fused)
    .functions.find(({ name }) => name === 'f')!;
  assert.ok(check(fn));
  const graph = controlFlow(fn);
  for (const { header, blocks } of graph.loops) {
    const extent = { blocks: graph.blocks, entry: header, members: new Set(blocks) };
    const nodes = structure(fn, extent, firstStatements(fn))!;
    assert.equal(
      nodes.map(({ kind }) => kind),
      ['loop'],
    );
  }
});

/** Statements that are inside loops. */
function* inLoops(nodes: readonly RegionNode[], inside = false): Generator<RegionNode> {
  for (const node of nodes) {
    if (node.kind === 'loop') yield* inLoops(node.body, true);
    else if (node.kind === 'block') yield* inLoops(node.body, inside);
    else if (inside) yield node;
    if (node.kind === 'if') for (const side of [node.yes, node.no]) yield* inLoops(side, inside);
  }
}

test('what a loop is left for is behind it', () => {
  const source = `fn f(n) {
      for (let i = 0; i < n; i += 1) {
        for (let j = 0; j < i; j += 1) { if (j * j == n) { return "root" } }
      }
      let s = 0
      while (s < n) { s += 2 }
      s
    }
    f(5)`;
  const fn = load(compile(source))
    .linkFor(engines.fused)
    .functions.find(({ name }) => name === 'f')!;
  assert.ok(check(fn));
  const nodes = structure(fn, { blocks: controlFlow(fn).blocks, entry: 0 }, firstStatements(fn))!;
  assert.equal([...inLoops(nodes)].filter(({ kind }) => kind === 'return').length, 0);
  assert.equal(nodes.filter(({ kind }) => kind === 'return').length, 1);
  const loops = nodes.flatMap((node) => (node.kind === 'block' ? node.body : [node]));
  assert.equal(loops.filter(({ kind }) => kind === 'loop').length, 2);
});

test('irreducible code is no structured code', () => {
  const { functions } = load(assemble(readText('test/stages/irreducible.hasm'))).linkFor(engines.fused);
  assert.ok(functions.some((fn) => !check(fn)));
});

test.run();
