/**
 * A language of its own on Heddle: reverse Polish expressions, compiled to bytecode with `ModuleBuilder`, listed and run.
 */

import { disassemble, load, type Module, ModuleBuilder, VM } from 'heddle';

const operators = { '+': 'OpAdd', '-': 'OpSub', '*': 'OpMul', '/': 'OpDiv' } as const;

const isOperator = (word: string): word is keyof typeof operators => word in operators;

function compilePolish(source: string): Module {
  const module = new ModuleBuilder();
  const main = module.function('polish', 0, module.file('polish'));
  let column = 1;
  for (const word of source.split(' ')) {
    main.at(1, column);
    if (isOperator(word)) main.emit(operators[word]);
    else main.emit('OpConstant', module.constant(Number(word)));
    column += word.length + 1;
  }
  return module.build();
}

const module = compilePolish('2 3 4 * +');
console.log(disassemble(module).match(/\d{4} Op\w+( \d+)*/g));
console.log(new VM().run(load(module)).value);
// expect: [
// expect:   '0000 OpConstant 0',
// expect:   '0003 OpConstant 1',
// expect:   '0006 OpConstant 2',
// expect:   '0009 OpMul',
// expect:   '0010 OpAdd'
// expect: ]
// expect: 14

try {
  load(compilePolish('2 +'));
} catch (error) {
  console.log(String(error));
}
// expect: BuildError: function 'polish' at 0003: stack underflow: OpAdd takes 2, there is 1
