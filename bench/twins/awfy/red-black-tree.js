// The sorted map of the CD benchmark: a red-black tree as in Cormen, Leiserson, Rivest, with keys that have
// `compareTo`.
//
// Copyright (c) 2001-2010 Purdue University, 2015 Apple Inc.; adapted by Stefan Marr for Are We Fast Yet. BSD, see
// ../../programs/awfy/LICENSES.md.

const red = 'red';
const black = 'black';

const isBlack = (node) => node === null || node.color === black;
const isRed = (node) => node !== null && node.color === red;

const treeMinimum = (root) => {
  let current = root;
  while (current.left !== null) current = current.left;
  return current;
};

class Node {
  constructor(key, value) {
    this.key = key;
    this.value = value;
    this.left = null;
    this.right = null;
    this.parent = null;
    this.color = red;
  }

  successor() {
    if (this.right !== null) return treeMinimum(this.right);
    let x = this;
    let y = x.parent;
    while (y !== null && x === y.right) {
      x = y;
      y = y.parent;
    }
    return y;
  }
}

class Entry {
  constructor(key, value) {
    this.key = key;
    this.value = value;
  }
}

class InsertResult {
  constructor(isNewEntry, newNode, oldValue) {
    this.isNewEntry = isNewEntry;
    this.newNode = newNode;
    this.oldValue = oldValue;
  }
}

export class RedBlackTree {
  constructor() {
    this.root = null;
  }

  /** Gives the value that the key had before, else null. */
  put(key, value) {
    const inserted = this.treeInsert(key, value);
    if (!inserted.isNewEntry) return inserted.oldValue;

    let x = inserted.newNode;
    while (x !== this.root && x.parent.color === red) {
      const grandparent = x.parent.parent;
      if (x.parent === grandparent.left) {
        const uncle = grandparent.right;
        if (isRed(uncle)) {
          x = this.recolor(x.parent, uncle, grandparent);
        } else {
          if (x === x.parent.right) {
            x = x.parent;
            this.leftRotate(x);
          }
          x.parent.color = black;
          grandparent.color = red;
          this.rightRotate(grandparent);
        }
      } else {
        const uncle = grandparent.left;
        if (isRed(uncle)) {
          x = this.recolor(x.parent, uncle, grandparent);
        } else {
          if (x === x.parent.left) {
            x = x.parent;
            this.rightRotate(x);
          }
          x.parent.color = black;
          grandparent.color = red;
          this.leftRotate(grandparent);
        }
      }
    }
    this.root.color = black;
    return null;
  }

  /** The red of two siblings moves up; gives the node that has it now. */
  recolor(parent, uncle, grandparent) {
    parent.color = black;
    uncle.color = black;
    grandparent.color = red;
    return grandparent;
  }

  remove(key) {
    const z = this.findNode(key);
    if (z === null) return null;

    // y leaves its place, and its only child x, if any, takes it.
    const y = z.left === null || z.right === null ? z : z.successor();
    const x = y.left !== null ? y.left : y.right;
    const xParent = y.parent;
    if (x !== null) x.parent = xParent;
    this.replaceChild(xParent, y, x);

    if (y === z) {
      if (y.color === black) this.removeFixup(x, xParent);
      return z.value;
    }
    if (y.color === black) this.removeFixup(x, xParent);
    y.parent = z.parent;
    y.color = z.color;
    y.left = z.left;
    y.right = z.right;
    if (z.left !== null) z.left.parent = y;
    if (z.right !== null) z.right.parent = y;
    this.replaceChild(z.parent, z, y);
    return z.value;
  }

  get(key) {
    const node = this.findNode(key);
    return node === null ? null : node.value;
  }

  forEach(fn) {
    if (this.root === null) return;
    for (let current = treeMinimum(this.root); current !== null; current = current.successor()) {
      fn(new Entry(current.key, current.value));
    }
  }

  findNode(key) {
    let current = this.root;
    while (current !== null) {
      const comparison = key.compareTo(current.key);
      if (comparison === 0) return current;
      current = comparison < 0 ? current.left : current.right;
    }
    return null;
  }

  treeInsert(key, value) {
    let y = null;
    let x = this.root;
    while (x !== null) {
      y = x;
      const comparison = key.compareTo(x.key);
      if (comparison < 0) {
        x = x.left;
      } else if (comparison > 0) {
        x = x.right;
      } else {
        const oldValue = x.value;
        x.value = value;
        return new InsertResult(false, null, oldValue);
      }
    }

    const z = new Node(key, value);
    z.parent = y;
    if (y === null) this.root = z;
    else if (key.compareTo(y.key) < 0) y.left = z;
    else y.right = z;
    return new InsertResult(true, z, null);
  }

  /** Puts another node, or none, where a child of `parent` was; the root is the child of null. */
  replaceChild(parent, child, replacement) {
    if (parent === null) this.root = replacement;
    else if (child === parent.left) parent.left = replacement;
    else parent.right = replacement;
  }

  leftRotate(x) {
    const y = x.right;
    x.right = y.left;
    if (y.left !== null) y.left.parent = x;
    y.parent = x.parent;
    this.replaceChild(x.parent, x, y);
    y.left = x;
    x.parent = y;
  }

  rightRotate(y) {
    const x = y.left;
    y.left = x.right;
    if (x.right !== null) x.right.parent = y;
    x.parent = y.parent;
    this.replaceChild(y.parent, y, x);
    x.right = y;
    y.parent = x;
  }

  /** A black node is gone above x, which may be null: repairs the count of black nodes on its paths. */
  removeFixup(start, startParent) {
    let x = start;
    let xParent = startParent;
    while (x !== this.root && isBlack(x)) {
      if (x === xParent.left) {
        let w = xParent.right;
        if (w.color === red) {
          w.color = black;
          xParent.color = red;
          this.leftRotate(xParent);
          w = xParent.right;
        }
        if (isBlack(w.left) && isBlack(w.right)) {
          w.color = red;
          x = xParent;
          xParent = x.parent;
        } else {
          if (isBlack(w.right)) {
            w.left.color = black;
            w.color = red;
            this.rightRotate(w);
            w = xParent.right;
          }
          w.color = xParent.color;
          xParent.color = black;
          if (w.right !== null) w.right.color = black;
          this.leftRotate(xParent);
          x = this.root;
          xParent = x.parent;
        }
      } else {
        let w = xParent.left;
        if (w.color === red) {
          w.color = black;
          xParent.color = red;
          this.rightRotate(xParent);
          w = xParent.left;
        }
        if (isBlack(w.right) && isBlack(w.left)) {
          w.color = red;
          x = xParent;
          xParent = x.parent;
        } else {
          if (isBlack(w.left)) {
            w.right.color = black;
            w.color = red;
            this.leftRotate(w);
            w = xParent.left;
          }
          w.color = xParent.color;
          xParent.color = black;
          if (w.left !== null) w.left.color = black;
          this.rightRotate(xParent);
          x = this.root;
          xParent = x.parent;
        }
      }
    }
    if (x !== null) x.color = black;
  }
}
