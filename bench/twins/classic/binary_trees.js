/** Binary trees built and walked, after the Benchmarks Game: many small objects, most of which die young. */

class Node {
  constructor(left, right) {
    this.left = left;
    this.right = right;
  }

  count() {
    return this.left === null ? 1 : 1 + this.left.count() + this.right.count();
  }
}

function build(depth) {
  return depth === 0 ? new Node(null, null) : new Node(build(depth - 1), build(depth - 1));
}

/** The nodes of all trees: one that lives throughout, and fewer and fewer of greater and greater depth. */
export function run(n) {
  const longLived = build(n);
  let nodes = 0;
  for (let depth = 4; depth <= n; depth += 2) {
    const trees = 1 << (n - depth + 4);
    for (let i = 0; i < trees; i++) nodes += build(depth).count();
  }
  return nodes + longLived.count();
}
