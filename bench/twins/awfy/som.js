// The collections and the random numbers that the programs of Are We Fast Yet share, after the class library of SOM.
// The suite asks every language to bring them along, so that all run the same algorithms and not what their libraries
// offer. Arrays are used as if their size were fixed: to grow is to copy.
//
// Copyright (c) 2001-2016 the authors of SOM and of Are We Fast Yet. MIT, see ../../programs/awfy/LICENSES.md.

const initialSize = 10;
const initialCapacity = 16;

export class Vector {
  constructor(size = 50) {
    this.storage = new Array(size);
    this.firstIdx = 0;
    this.lastIdx = 0;
  }

  static with(elem) {
    const vector = new Vector(1);
    vector.append(elem);
    return vector;
  }

  at(idx) {
    return idx < this.storage.length ? this.storage[idx] : null;
  }

  atPut(idx, value) {
    if (idx >= this.storage.length) {
      let length = this.storage.length;
      while (length <= idx) length *= 2;
      this.growTo(length);
    }
    this.storage[idx] = value;
    if (this.lastIdx < idx + 1) this.lastIdx = idx + 1;
  }

  append(elem) {
    if (this.lastIdx >= this.storage.length) this.growTo(this.storage.length * 2);
    this.storage[this.lastIdx] = elem;
    this.lastIdx += 1;
  }

  growTo(length) {
    this.storage = this.storage.slice();
    this.storage.length = length;
  }

  isEmpty() {
    return this.lastIdx === this.firstIdx;
  }

  forEach(fn) {
    for (let i = this.firstIdx; i < this.lastIdx; i++) fn(this.storage[i]);
  }

  hasSome(fn) {
    for (let i = this.firstIdx; i < this.lastIdx; i++) {
      if (fn(this.storage[i])) return true;
    }
    return false;
  }

  getOne(fn) {
    for (let i = this.firstIdx; i < this.lastIdx; i++) {
      const elem = this.storage[i];
      if (fn(elem)) return elem;
    }
    return null;
  }

  removeFirst() {
    if (this.isEmpty()) return null;
    this.firstIdx += 1;
    return this.storage[this.firstIdx - 1];
  }

  remove(obj) {
    const kept = new Array(this.capacity());
    let last = 0;
    let found = false;
    this.forEach((elem) => {
      if (elem === obj) {
        found = true;
      } else {
        kept[last] = elem;
        last += 1;
      }
    });
    this.storage = kept;
    this.firstIdx = 0;
    this.lastIdx = last;
    return found;
  }

  removeAll() {
    this.storage = new Array(this.storage.length);
    this.firstIdx = 0;
    this.lastIdx = 0;
  }

  size() {
    return this.lastIdx - this.firstIdx;
  }

  capacity() {
    return this.storage.length;
  }

  /** Sorts in place: `compare` is below or above zero where the first comes first or last. */
  sort(compare) {
    if (this.size() > 0) this.sortRange(this.firstIdx, this.lastIdx - 1, compare);
  }

  sortRange(i, j, compare) {
    const n = j + 1 - i;
    if (n <= 1) return;

    const { storage } = this;
    let di = storage[i];
    let dj = storage[j];
    if (compare(di, dj) > 0) {
      this.swap(i, j);
      [di, dj] = [dj, di];
    }
    if (n <= 2) return;

    const ij = (i + j) >> 1;
    let dij = storage[ij];
    if (compare(di, dij) > 0) {
      this.swap(i, ij);
      dij = di;
    } else if (compare(dij, dj) > 0) {
      this.swap(j, ij);
      dij = dj;
    }
    if (n <= 3) return;

    let k = i;
    let l = j - 1;
    while (true) {
      while (k <= l && compare(dij, storage[l]) <= 0) l -= 1;
      k += 1;
      while (k <= l && compare(storage[k], dij) <= 0) k += 1;
      if (k > l) break;
      this.swap(k, l);
    }
    this.sortRange(i, l, compare);
    this.sortRange(k, j, compare);
  }

  swap(i, j) {
    const elem = this.storage[i];
    this.storage[i] = this.storage[j];
    this.storage[j] = elem;
  }
}

/** The suite's `Set`, by a name that leaves JavaScript's own alone. Elements are told apart by `===`. */
export class SomSet {
  constructor(size = initialSize) {
    this.items = new Vector(size);
  }

  size() {
    return this.items.size();
  }

  forEach(fn) {
    this.items.forEach(fn);
  }

  hasSome(fn) {
    return this.items.hasSome(fn);
  }

  getOne(fn) {
    return this.items.getOne(fn);
  }

  add(obj) {
    if (!this.contains(obj)) this.items.append(obj);
  }

  contains(obj) {
    return this.hasSome((elem) => elem === obj);
  }

  collect(fn) {
    const collected = new Vector();
    this.forEach((elem) => {
      collected.append(fn(elem));
    });
    return collected;
  }

  removeAll() {
    this.items.removeAll();
  }
}

export class IdentitySet extends SomSet {
  contains(obj) {
    return this.hasSome((elem) => elem === obj);
  }
}

class DictEntry {
  constructor(hash, key, value, next) {
    this.hash = hash;
    this.key = key;
    this.value = value;
    this.next = next;
  }

  match(hash, key) {
    return this.hash === hash && this.key === key;
  }
}

const hashOf = (key) => {
  if (key === null) return 0;
  const hash = key.customHash();
  return hash ^ (hash >>> 16);
};

export class Dictionary {
  constructor(size = initialCapacity) {
    this.buckets = new Array(size).fill(null);
    this.count = 0;
  }

  size() {
    return this.count;
  }

  isEmpty() {
    return this.count === 0;
  }

  bucketIdx(hash) {
    return (this.buckets.length - 1) & hash;
  }

  entryOf(key) {
    const hash = hashOf(key);
    let entry = this.buckets[this.bucketIdx(hash)];
    while (entry !== null && !entry.match(hash, key)) entry = entry.next;
    return entry;
  }

  at(key) {
    const entry = this.entryOf(key);
    return entry === null ? null : entry.value;
  }

  containsKey(key) {
    return this.entryOf(key) !== null;
  }

  atPut(key, value) {
    const hash = hashOf(key);
    const i = this.bucketIdx(hash);
    const head = this.buckets[i];
    if (head === null) {
      this.buckets[i] = this.newEntry(key, value, hash);
      this.count += 1;
    } else {
      this.insertBucketEntry(key, value, hash, head);
    }
    if (this.count > this.buckets.length) this.resize();
  }

  newEntry(key, value, hash) {
    return new DictEntry(hash, key, value, null);
  }

  insertBucketEntry(key, value, hash, head) {
    let current = head;
    while (true) {
      if (current.match(hash, key)) {
        current.value = value;
        return;
      }
      if (current.next === null) {
        this.count += 1;
        current.next = this.newEntry(key, value, hash);
        return;
      }
      current = current.next;
    }
  }

  resize() {
    const old = this.buckets;
    this.buckets = new Array(old.length * 2).fill(null);
    this.transferEntries(old);
  }

  transferEntries(old) {
    for (let i = 0; i < old.length; i++) {
      const head = old[i];
      if (head === null) continue;
      old[i] = null;
      if (head.next === null) {
        this.buckets[head.hash & (this.buckets.length - 1)] = head;
      } else {
        this.splitBucket(old, i, head);
      }
    }
  }

  /** Deals the entries of an old bucket to the two of the new table that they can be in, in the order they have. */
  splitBucket(old, i, head) {
    let loHead = null;
    let loTail = null;
    let hiHead = null;
    let hiTail = null;
    for (let current = head; current !== null; current = current.next) {
      if ((current.hash & old.length) === 0) {
        if (loTail === null) loHead = current;
        else loTail.next = current;
        loTail = current;
      } else {
        if (hiTail === null) hiHead = current;
        else hiTail.next = current;
        hiTail = current;
      }
    }
    if (loTail !== null) {
      loTail.next = null;
      this.buckets[i] = loHead;
    }
    if (hiTail !== null) {
      hiTail.next = null;
      this.buckets[i + old.length] = hiHead;
    }
  }

  removeAll() {
    this.buckets = new Array(this.buckets.length).fill(null);
    this.count = 0;
  }

  getKeys() {
    const keys = new Vector(this.count);
    this.eachEntry((entry) => keys.append(entry.key));
    return keys;
  }

  getValues() {
    const values = new Vector(this.count);
    this.eachEntry((entry) => values.append(entry.value));
    return values;
  }

  eachEntry(fn) {
    for (let i = 0; i < this.buckets.length; i++) {
      for (let entry = this.buckets[i]; entry !== null; entry = entry.next) fn(entry);
    }
  }
}

class DictIdEntry extends DictEntry {
  match(hash, key) {
    return this.hash === hash && this.key === key;
  }
}

export class IdentityDictionary extends Dictionary {
  newEntry(key, value, hash) {
    return new DictIdEntry(hash, key, value, null);
  }
}

export class Random {
  constructor() {
    this.seed = 74755;
  }

  next() {
    this.seed = (this.seed * 1309 + 13849) & 65535;
    return this.seed;
  }
}
