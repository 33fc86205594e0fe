/**
 * `this` and `super`: what they mean where the parser is. In the tree they are names that methods and classes declare, so
 * closures capture them like any variable.
 */

import { moduleLimits } from '../bytecode/module';
import { constructorName } from '../runtime/objects';
import type { Expression, Name, SuperCall } from './ast';
import { Cursor } from './cursor';
import { problems } from './problems';
import { vocabularies } from './tokens';

/** The last parameter of a method. */
export const selfName = 'this';
/** The variable that keeps a superclass for the methods. */
export const superName = 'super';

/** The class member that the parser is in. */
export interface Enclosing {
  readonly className: string;
  readonly member: 'constructor' | 'method' | 'static';
  readonly extends: boolean;
  /** Whether it is in a function inside that member. */
  readonly nested: boolean;
  /** Calls of the superclass's constructor so far. */
  readonly superCalls: SuperCall[];
}

export abstract class ReceiverParser extends Cursor {
  protected enclosing: Enclosing | undefined;

  protected abstract args(): Expression[];

  /** Parses the body of a function inside of what is being parsed. */
  protected nested<T>(parse: () => T): T {
    const outer = this.enclosing;
    if (outer !== undefined) this.enclosing = { ...outer, nested: true };
    const result = parse();
    this.enclosing = outer;
    return result;
  }

  /** The name of a member: words of the language too. */
  protected memberName(): Name {
    const token = this.peek();
    const { keywords } = vocabularies[this.dialect];
    if (token.type !== 'name' && !keywords.has(token.type)) {
      return this.failExpected('the name of a member');
    }
    this.take();
    const name = String(token.value);
    if (name.length > moduleLimits.memberName) {
      this.report.add(problems.memberNameTooLong(moduleLimits.memberName), token.start, token.end);
    }
    return { kind: 'name', name, start: token.start, end: token.end };
  }

  /** `this`, which is the next token. */
  protected self(): Name {
    const { enclosing } = this;
    if (enclosing === undefined) return this.fail(problems.thisOutside());
    if (enclosing.member === 'static') return this.fail(problems.thisInStatic(enclosing.className));
    const { start, end } = this.take();
    return { kind: 'name', name: selfName, start, end };
  }

  /** `super(...)`, `super.method(...)`, or in a static member the superclass itself, before the `.`. */
  protected superUse(): Expression {
    const { enclosing } = this;
    if (enclosing === undefined || !enclosing.extends) return this.fail(problems.superOutside());
    const word = this.take();
    const { start } = word;
    const superclass: Name = { kind: 'name', name: superName, start, end: word.end };
    if (enclosing.member === 'static') {
      return this.at('.') ? superclass : this.fail(problems.superUse(), word);
    }
    let method = constructorName;
    if (this.accept('.')) method = this.memberName().name;
    if (!this.at('(')) this.fail(problems.superUse(), word);
    if (method === constructorName && (enclosing.member !== 'constructor' || enclosing.nested)) {
      this.fail(problems.superCallPlace(), word);
    }
    const self: Name = { kind: 'name', name: selfName, start, end: word.end };
    const args = this.args();
    if (args.length >= moduleLimits.arguments) {
      this.report.add(problems.tooManyArguments(moduleLimits.arguments - 1), start, this.lastEnd);
    }
    const node: SuperCall = { kind: 'superCall', method, superclass, self, args, start, end: this.lastEnd };
    if (method === constructorName) enclosing.superCalls.push(node);
    return node;
  }
}
