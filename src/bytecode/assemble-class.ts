/**
 * One class of the text form: the names of its members, and the functions of its methods.
 */

import type { Resolve } from './assemble-function';
import type { ModuleClass } from './module';
import { type Problems, readCount, readName, type Token } from './text-form';

interface MethodLine {
  readonly name: string;
  readonly fn: Token;
}

export class ClassAssembler {
  private readonly fields: string[] = [];
  private readonly statics: string[] = [];
  private readonly methods: MethodLine[] = [];

  constructor(
    readonly token: Token,
    private readonly name: string,
    private readonly problems: Problems,
  ) {}

  /** A line between `.class` and `.end`. */
  line([directive, nameToken, ...rest]: readonly Token[]): void {
    if (directive === undefined) return;
    const name = readName(nameToken?.text ?? '');
    const wanted = directive.text === '.method' ? 1 : 0;
    if (!['.field', '.static', '.method'].includes(directive.text)) {
      this.problems.add(directive, `there is no '${directive.text}' in a class`);
    } else if (name === undefined || rest.length !== wanted) {
      const what = wanted === 1 ? 'a name and a function' : 'a name';
      this.problems.add(nameToken ?? directive, `${directive.text} takes ${what}`);
    } else if (directive.text === '.method') {
      this.methods.push({ name, fn: rest[0]! });
    } else {
      (directive.text === '.field' ? this.fields : this.statics).push(name);
    }
  }

  /** The class, when all functions are known. */
  finish(resolve: Resolve): ModuleClass {
    const { name, fields, statics } = this;
    const methods = this.methods.map(({ name: method, fn }) => {
      const index = readCount(fn.text) ?? resolve('function', fn.text);
      if (typeof index === 'number') return { name: method, function: index };
      this.problems.add(fn, index);
      return { name: method, function: 0 };
    });
    return { name, fields, statics, methods };
  }
}
