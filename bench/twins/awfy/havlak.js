// Havlak: recognizes the loops of a control-flow graph of 5213 blocks, by Havlak's algorithm with Tarjan's union/find,
// n times and then 51 times more. Gives the number of loops found in all. Recursion is more than 400 deep; stresses
// collections.
//
// Copyright 2011 Google Inc., by Robert Hundt; adapted by Stefan Marr for Are We Fast Yet, and written anew for this
// project. Apache License 2.0, see ../../programs/awfy/LICENSES.md. The algorithm: Havlak, "Nesting of Reducible and
// Irreducible Loops", 1997; names and the letters of the steps are the paper's.

import { BasicBlockEdge, ControlFlowGraph, LoopStructureGraph } from './havlak-graphs.js';
import { IdentityDictionary, SomSet, Vector } from './som.js';

class UnionFindNode {
  constructor() {
    this.parent = null;
    this.block = null;
    this.dfsNumber = 0;
    this.loop = null;
  }

  initNode(block, dfsNumber) {
    this.parent = this;
    this.block = block;
    this.dfsNumber = dfsNumber;
    this.loop = null;
  }

  /** Tarjan's find, with path compression: inner loops are visited and collapsed only once. */
  findSet() {
    const nodeList = new Vector();
    let node = this;
    while (node !== node.parent) {
      if (node.parent !== node.parent.parent) nodeList.append(node);
      node = node.parent;
    }
    nodeList.forEach((visited) => {
      visited.union(this.parent);
    });
    return node;
  }

  union(node) {
    this.parent = node;
  }
}

const unvisited = 2147483647;
/** A safeguard against pathological graphs. */
const maxNonBackPreds = 32 * 1024;

class HavlakLoopFinder {
  constructor(cfg, lsg) {
    this.cfg = cfg;
    this.lsg = lsg;
    this.nonBackPreds = new Vector();
    this.backPreds = new Vector();
    this.number = new IdentityDictionary();
    this.maxSize = 0;
    this.header = null;
    this.type = null;
    this.last = null;
    this.nodes = null;
  }

  /** Whether w is a true ancestor of v in the spanning tree, by its preorder numbers. */
  isAncestor(w, v) {
    return w <= v && v <= this.last[w];
  }

  doDFS(currentNode, current) {
    this.nodes[current].initNode(currentNode, current);
    this.number.atPut(currentNode, current);

    let lastId = current;
    const targets = currentNode.outEdges;
    for (let i = 0; i < targets.size(); i++) {
      const target = targets.at(i);
      if (this.number.at(target) === unvisited) lastId = this.doDFS(target, lastId + 1);
    }
    this.last[current] = lastId;
    return lastId;
  }

  /** Step a: all nodes are unvisited; a depth-first walk numbers those that can be reached. */
  initAllNodes() {
    this.cfg.basicBlockMap.forEach((block) => {
      this.number.atPut(block, unvisited);
    });
    this.doDFS(this.cfg.startNode, 0);
  }

  /** Step b: a back edge comes from a descendant in the spanning tree; the edges into each node are parted by that. */
  identifyEdges(size) {
    for (let w = 0; w < size; w++) {
      this.header[w] = 0;
      this.type[w] = 'nonheader';
      const nodeW = this.nodes[w].block;
      if (nodeW === null) this.type[w] = 'dead';
      else this.processEdges(nodeW, w);
    }
  }

  processEdges(nodeW, w) {
    if (nodeW.getNumPred() === 0) return;
    nodeW.inEdges.forEach((nodeV) => {
      const v = this.number.at(nodeV);
      if (v === unvisited) return;
      if (this.isAncestor(w, v)) this.backPreds.at(w).append(v);
      else this.nonBackPreds.at(w).add(v);
    });
  }

  findLoops() {
    if (this.cfg.startNode === null) return;
    const size = this.cfg.getNumNodes();
    this.nonBackPreds.removeAll();
    this.backPreds.removeAll();
    this.number.removeAll();
    if (size > this.maxSize) {
      this.header = new Array(size).fill(0);
      this.type = new Array(size).fill(null);
      this.last = new Array(size).fill(0);
      this.nodes = new Array(size).fill(null);
      this.maxSize = size;
    }
    for (let i = 0; i < size; i++) {
      this.nonBackPreds.append(new SomSet());
      this.backPreds.append(new Vector());
      this.nodes[i] = new UnionFindNode();
    }

    this.initAllNodes();
    this.identifyEdges(size);
    this.header[0] = 0;

    // Step c, unchanged from Tarjan: for each destination w of back edges, chase backward from their sources and
    // collect the body of w's loop. In the reverse of preorder, so inner loops come first.
    for (let w = size - 1; w >= 0; w--) {
      const nodePool = new Vector();
      const nodeW = this.nodes[w].block;
      if (nodeW === null) continue;
      this.stepD(w, nodePool);

      const workList = new Vector();
      nodePool.forEach((node) => {
        workList.append(node);
      });
      if (nodePool.size() !== 0) this.type[w] = 'reducible';

      while (!workList.isEmpty()) {
        const x = workList.removeFirst();
        if (this.nonBackPreds.at(x.dfsNumber).size() > maxNonBackPreds) return;
        this.stepEProcessNonBackPreds(w, nodePool, workList, x);
      }

      // All nodes of the loop become one, with a descriptor.
      if (nodePool.size() > 0 || this.type[w] === 'self') {
        const loop = this.lsg.createNewLoop(nodeW, this.type[w] !== 'irreducible');
        this.setLoopAttributes(w, nodePool, loop);
      }
    }
  }

  stepD(w, nodePool) {
    this.backPreds.at(w).forEach((v) => {
      if (v !== w) nodePool.append(this.nodes[v].findSet());
      else this.type[w] = 'self';
    });
  }

  /** Step e, where Havlak differs: an edge from a node that w is no ancestor of makes the loop irreducible. */
  stepEProcessNonBackPreds(w, nodePool, workList, x) {
    this.nonBackPreds.at(x.dfsNumber).forEach((v) => {
      const ydash = this.nodes[v].findSet();
      if (!this.isAncestor(w, ydash.dfsNumber)) {
        this.type[w] = 'irreducible';
        this.nonBackPreds.at(w).add(ydash.dfsNumber);
      } else if (ydash.dfsNumber !== w) {
        if (!nodePool.hasSome((node) => node === ydash)) {
          workList.append(ydash);
          nodePool.append(ydash);
        }
      }
    });
  }

  setLoopAttributes(w, nodePool, loop) {
    this.nodes[w].loop = loop;
    nodePool.forEach((node) => {
      this.header[node.dfsNumber] = w;
      node.union(this.nodes[w]);
      // Loops inside are not added but linked.
      if (node.loop !== null) node.loop.setParent(loop);
      else loop.addNode(node.block);
    });
  }
}

class LoopTesterApp {
  constructor() {
    this.cfg = new ControlFlowGraph();
    this.lsg = new LoopStructureGraph();
    this.cfg.createNode(0);
  }

  /** Four blocks, as an if with two branches makes them; gives the last. */
  buildDiamond(start) {
    this.buildConnect(start, start + 1);
    this.buildConnect(start, start + 2);
    this.buildConnect(start + 1, start + 3);
    this.buildConnect(start + 2, start + 3);
    return start + 3;
  }

  buildConnect(start, end) {
    new BasicBlockEdge(this.cfg, start, end);
  }

  buildStraight(start, n) {
    for (let i = 0; i < n; i++) this.buildConnect(start + i, start + i + 1);
    return start + n;
  }

  /** A loop with two diamonds in it, one of which loops itself. */
  buildBaseLoop(from) {
    const header = this.buildStraight(from, 1);
    const diamond1 = this.buildDiamond(header);
    const d11 = this.buildStraight(diamond1, 1);
    const diamond2 = this.buildDiamond(d11);
    const footer = this.buildStraight(diamond2, 1);
    this.buildConnect(diamond2, d11);
    this.buildConnect(diamond1, header);
    this.buildConnect(footer, from);
    return this.buildStraight(footer, 1);
  }

  main(numDummyLoops, findLoopIterations, parLoops, pparLoops, ppparLoops) {
    this.constructSimpleCFG();
    this.addDummyLoops(numDummyLoops);
    this.constructCFG(parLoops, pparLoops, ppparLoops);

    this.findLoops(this.lsg);
    for (let i = 0; i < findLoopIterations; i++) this.findLoops(new LoopStructureGraph());

    this.lsg.calculateNestingLevel();
    return [this.lsg.getNumLoops(), this.cfg.getNumNodes()];
  }

  constructSimpleCFG() {
    this.cfg.createNode(0);
    this.buildBaseLoop(0);
    this.cfg.createNode(1);
    this.buildConnect(0, 2);
  }

  constructCFG(parLoops, pparLoops, ppparLoops) {
    let n = 2;
    for (let tree = 0; tree < parLoops; tree++) {
      this.cfg.createNode(n + 1);
      this.buildConnect(2, n + 1);
      n += 1;
      for (let i = 0; i < pparLoops; i++) {
        const top = n;
        n = this.buildStraight(n, 1);
        for (let j = 0; j < ppparLoops; j++) n = this.buildBaseLoop(n);
        const bottom = this.buildStraight(n, 1);
        this.buildConnect(n, top);
        n = bottom;
      }
      this.buildConnect(n, 1);
    }
  }

  addDummyLoops(numDummyLoops) {
    for (let i = 0; i < numDummyLoops; i++) this.findLoops(this.lsg);
  }

  findLoops(lsg) {
    new HavlakLoopFinder(this.cfg, lsg).findLoops();
  }
}

/** The suite's program at any size; gives the number of loops and of blocks. */
export const recognize = (numDummyLoops, findLoopIterations, parLoops, pparLoops, ppparLoops) =>
  new LoopTesterApp().main(numDummyLoops, findLoopIterations, parLoops, pparLoops, ppparLoops);

export const run = (n) => {
  const [loops, blocks] = recognize(n, 50, 10, 10, 5);
  if (blocks !== 5213) throw new Error(`${blocks} blocks`);
  return loops;
};
