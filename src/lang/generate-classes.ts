/**
 * Code for classes: the superclass, the closures of the methods, the class, and what is static. Constructors end with `this`.
 */

import type { ClassDeclaration, FunctionLiteral } from './ast';
import { ExitGenerator } from './generate-exits';

export abstract class ClassGenerator extends ExitGenerator {
  protected classDeclaration(node: ClassDeclaration): void {
    if (!this.live) return;
    const { name, superclass, superName, staticFields, staticMethods } = node;
    const own = this.context.resolution.constructors.get(node);
    const methods = own === undefined ? node.methods : [...node.methods, own];
    if (superclass === undefined) {
      this.from(node.start).emit('OpNull');
    } else {
      this.value(superclass);
      this.from(superName.start).emit('OpDup');
      this.define(superName);
    }
    if (!this.live) return;
    const definition = {
      name: name.name,
      fields: node.fields.map((field) => field.name.name),
      statics: [...staticFields, ...staticMethods].map((member) => member.name.name),
      methods: methods.map((method) => ({
        name: method.name.name,
        function: this.closure(method.literal),
      })),
    };
    this.from(name.start);
    this.emit('OpClass', this.context.module.class(definition), 1 + methods.length);
    this.define(name);
    for (const { name: member, literal } of staticMethods) {
      this.setStatic(node, member.name, member.start, () => this.closure(literal));
    }
    for (const { name: member, value } of staticFields) {
      if (value !== undefined) this.setStatic(node, member.name, member.start, () => this.value(value));
    }
  }

  private setStatic(node: ClassDeclaration, member: string, at: number, push: () => void): void {
    this.from(at).load(this.variableOf(node.name));
    push();
    this.from(at).emit('OpSetField', this.nameConstant(member));
  }

  /** The first values of fields, where a constructor comes to them. */
  protected initialize({ construction }: FunctionLiteral): void {
    for (const initializer of construction!.initializers) this.effect(initializer);
  }

  /** Pushes the result of a constructor: `this`, its last parameter. */
  protected pushSelf({ parameters }: FunctionLiteral): void {
    this.emit('OpGetLocal', parameters.length - 1);
  }
}
