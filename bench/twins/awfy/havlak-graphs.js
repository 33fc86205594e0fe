// The graphs of the Havlak benchmark: the control flow that it looks at, and the loops that it finds.
//
// Copyright 2011 Google Inc., by Robert Hundt; adapted by Stefan Marr for Are We Fast Yet, and written anew for this
// project. Apache License 2.0, see ../../programs/awfy/LICENSES.md.

import { IdentitySet, Vector } from './som.js';

class BasicBlock {
  constructor(name) {
    this.name = name;
    this.inEdges = new Vector(2);
    this.outEdges = new Vector(2);
  }

  getNumPred() {
    return this.inEdges.size();
  }

  addOutEdge(to) {
    this.outEdges.append(to);
  }

  addInEdge(from) {
    this.inEdges.append(from);
  }

  customHash() {
    return this.name;
  }
}

export class BasicBlockEdge {
  constructor(cfg, fromName, toName) {
    this.from = cfg.createNode(fromName);
    this.to = cfg.createNode(toName);
    this.from.addOutEdge(this.to);
    this.to.addInEdge(this.from);
    cfg.addEdge(this);
  }
}

export class ControlFlowGraph {
  constructor() {
    this.startNode = null;
    this.basicBlockMap = new Vector();
    this.edgeList = new Vector();
  }

  /** The block of this name, which is its number; a new one where there is none. */
  createNode(name) {
    let node = this.basicBlockMap.at(name);
    if (!node) {
      node = new BasicBlock(name);
      this.basicBlockMap.atPut(name, node);
    }
    if (this.getNumNodes() === 1) this.startNode = node;
    return node;
  }

  addEdge(edge) {
    this.edgeList.append(edge);
  }

  getNumNodes() {
    return this.basicBlockMap.size();
  }
}

class SimpleLoop {
  constructor(block, isReducible) {
    this.isReducible = isReducible;
    this.parent = null;
    this.isRoot = false;
    this.nestingLevel = 0;
    this.depthLevel = 0;
    this.counter = 0;
    this.basicBlocks = new IdentitySet();
    this.children = new IdentitySet();
    if (block !== null) this.basicBlocks.add(block);
    this.header = block;
  }

  addNode(block) {
    this.basicBlocks.add(block);
  }

  addChildLoop(loop) {
    this.children.add(loop);
  }

  setParent(parent) {
    this.parent = parent;
    parent.addChildLoop(this);
  }

  setNestingLevel(level) {
    this.nestingLevel = level;
    if (level === 0) this.isRoot = true;
  }
}

export class LoopStructureGraph {
  constructor() {
    this.loopCounter = 0;
    this.loops = new Vector();
    this.root = this.createNewLoop(null, true);
    this.root.setNestingLevel(0);
  }

  createNewLoop(block, isReducible) {
    const loop = new SimpleLoop(block, isReducible);
    loop.counter = this.loopCounter;
    this.loopCounter += 1;
    this.loops.append(loop);
    return loop;
  }

  calculateNestingLevel() {
    // Loops that are in no other hang below the root.
    this.loops.forEach((loop) => {
      if (!loop.isRoot && loop.parent === null) loop.setParent(this.root);
    });
    this.calculateNestingLevelRec(this.root, 0);
  }

  calculateNestingLevelRec(loop, depth) {
    loop.depthLevel = depth;
    loop.children.forEach((child) => {
      this.calculateNestingLevelRec(child, depth + 1);
      loop.setNestingLevel(Math.max(loop.nestingLevel, 1 + child.nestingLevel));
    });
  }

  getNumLoops() {
    return this.loops.size();
  }
}
