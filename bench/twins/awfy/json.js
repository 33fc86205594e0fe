// Json: a recursive-descent parser of JSON that works on strings alone, on one message of 25,820 characters. Stresses
// characters of strings, parts of strings, and small objects.
//
// Copyright (c) 2013, 2014 EclipseSource, minimal-json; adapted by Stefan Marr for Are We Fast Yet, Copyright (c)
// 2015. MIT, see ../../programs/awfy/LICENSES.md.

import { Benchmark } from './benchmark.js';
import { JsonArray, JsonLiteral, JsonNumber, JsonObject, JsonString } from './json-values.js';
import { rapBenchmarkMinified } from './rap-benchmark.js';

class ParseException extends Error {
  constructor(message, offset, line, column) {
    super(`${message} at ${line}:${column}`);
    this.offset = offset;
    this.line = line;
    this.column = column;
  }
}

class Parser {
  constructor(string) {
    this.input = string;
    this.index = -1;
    this.line = 1;
    this.column = 0;
    this.current = null;
    this.captureBuffer = '';
    this.captureStart = -1;
  }

  parse() {
    this.read();
    this.skipWhiteSpace();
    const result = this.readValue();
    this.skipWhiteSpace();
    if (!this.isEndOfText()) throw this.error('Unexpected character');
    return result;
  }

  readValue() {
    switch (this.current) {
      case 'n':
        return this.readNull();
      case 't':
        return this.readTrue();
      case 'f':
        return this.readFalse();
      case '"':
        return this.readString();
      case '[':
        return this.readArray();
      case '{':
        return this.readObject();
      case '-':
      case '0':
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
      case '7':
      case '8':
      case '9':
        return this.readNumber();
      default:
        throw this.expected('value');
    }
  }

  readArray() {
    this.read();
    const array = new JsonArray();
    this.skipWhiteSpace();
    if (this.readChar(']')) return array;
    do {
      this.skipWhiteSpace();
      array.add(this.readValue());
      this.skipWhiteSpace();
    } while (this.readChar(','));
    if (!this.readChar(']')) throw this.expected("',' or ']'");
    return array;
  }

  readObject() {
    this.read();
    const object = new JsonObject();
    this.skipWhiteSpace();
    if (this.readChar('}')) return object;
    do {
      this.skipWhiteSpace();
      const name = this.readName();
      this.skipWhiteSpace();
      if (!this.readChar(':')) throw this.expected("':'");
      this.skipWhiteSpace();
      object.add(name, this.readValue());
      this.skipWhiteSpace();
    } while (this.readChar(','));
    if (!this.readChar('}')) throw this.expected("',' or '}'");
    return object;
  }

  readName() {
    if (this.current !== '"') throw this.expected('name');
    return this.readStringInternal();
  }

  readNull() {
    this.read();
    this.readRequiredChar('u');
    this.readRequiredChar('l');
    this.readRequiredChar('l');
    return JsonLiteral.null;
  }

  readTrue() {
    this.read();
    this.readRequiredChar('r');
    this.readRequiredChar('u');
    this.readRequiredChar('e');
    return JsonLiteral.true;
  }

  readFalse() {
    this.read();
    this.readRequiredChar('a');
    this.readRequiredChar('l');
    this.readRequiredChar('s');
    this.readRequiredChar('e');
    return JsonLiteral.false;
  }

  readRequiredChar(ch) {
    if (!this.readChar(ch)) throw this.expected(`'${ch}'`);
  }

  readString() {
    return new JsonString(this.readStringInternal());
  }

  readStringInternal() {
    this.read();
    this.startCapture();
    while (this.current !== '"') {
      if (this.current === null) throw this.expected("'\"'");
      if (this.current === '\\') {
        this.pauseCapture();
        this.readEscape();
        this.startCapture();
      } else {
        this.read();
      }
    }
    const string = this.endCapture();
    this.read();
    return string;
  }

  readEscape() {
    this.read();
    switch (this.current) {
      case '"':
      case '/':
      case '\\':
        this.captureBuffer += this.current;
        break;
      case 'b':
        this.captureBuffer += '\b';
        break;
      case 'f':
        this.captureBuffer += '\f';
        break;
      case 'n':
        this.captureBuffer += '\n';
        break;
      case 'r':
        this.captureBuffer += '\r';
        break;
      case 't':
        this.captureBuffer += '\t';
        break;
      default:
        throw this.expected('valid escape sequence');
    }
    this.read();
  }

  readNumber() {
    this.startCapture();
    this.readChar('-');
    const firstDigit = this.current;
    if (!this.readDigit()) throw this.expected('digit');
    if (firstDigit !== '0') this.readDigits();
    this.readFraction();
    this.readExponent();
    return new JsonNumber(this.endCapture());
  }

  readFraction() {
    if (!this.readChar('.')) return false;
    if (!this.readDigit()) throw this.expected('digit');
    this.readDigits();
    return true;
  }

  readExponent() {
    if (!this.readChar('e') && !this.readChar('E')) return false;
    if (!this.readChar('+')) this.readChar('-');
    if (!this.readDigit()) throw this.expected('digit');
    this.readDigits();
    return true;
  }

  readDigits() {
    while (this.readDigit()) {
      // It reads on.
    }
  }

  readChar(ch) {
    if (this.current !== ch) return false;
    this.read();
    return true;
  }

  readDigit() {
    if (!this.isDigit()) return false;
    this.read();
    return true;
  }

  skipWhiteSpace() {
    while (this.isWhiteSpace()) this.read();
  }

  read() {
    if (this.current === '\n') {
      this.line += 1;
      this.column = 0;
    }
    this.index += 1;
    this.column += 1;
    this.current = this.index < this.input.length ? this.input[this.index] : null;
  }

  startCapture() {
    this.captureStart = this.index;
  }

  pauseCapture() {
    this.captureBuffer += this.input.substring(this.captureStart, this.index);
    this.captureStart = -1;
  }

  endCapture() {
    let captured = this.input.substring(this.captureStart, this.index);
    if (this.captureBuffer !== '') {
      captured = this.captureBuffer + captured;
      this.captureBuffer = '';
    }
    this.captureStart = -1;
    return captured;
  }

  expected(what) {
    return this.error(this.isEndOfText() ? 'Unexpected end of input' : `Expected ${what}`);
  }

  error(message) {
    return new ParseException(message, this.index, this.line, this.column);
  }

  isWhiteSpace() {
    const { current } = this;
    return current === ' ' || current === '\t' || current === '\n' || current === '\r';
  }

  isDigit() {
    const { current } = this;
    return (
      current === '0' ||
      current === '1' ||
      current === '2' ||
      current === '3' ||
      current === '4' ||
      current === '5' ||
      current === '6' ||
      current === '7' ||
      current === '8' ||
      current === '9'
    );
  }

  isEndOfText() {
    return this.current === null;
  }
}

class Json extends Benchmark {
  benchmark() {
    const result = new Parser(rapBenchmarkMinified).parse();
    if (!result.isObject() || !result.asObject().get('head').isObject()) return false;
    const operations = result.asObject().get('operations');
    return operations.isArray() && operations.asArray().size();
  }

  verifyResult(result) {
    return result === 156;
  }
}

export const run = (n) => new Json().innerBenchmarkLoop(n);
