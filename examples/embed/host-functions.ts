/**
 * Host functions: what a program can do beyond computing is what the host hands in by name, with arity and cost.
 */

import { compile, GuestFunction, GuestThrow, HeddleError, type HostFunctions, load, VM } from 'heddle';

const prices = new Map([
  ['apple', 3],
  ['pear', 4],
]);

const functions: HostFunctions = {
  // The shortest form: the arity is that of the function.
  price: (name) => {
    const found = prices.get(String(name));
    // Thrown in the guest, which can catch it.
    if (found === undefined) throw new GuestThrow({ code: 404, name: String(name) });
    return found;
  },
  // One argument or two, and a cost in fuel that grows with the work.
  pad: {
    arity: [1, 2],
    cost: (_text, width) => Math.ceil(Number(width ?? 10)),
    run: (text, width) => String(text).padEnd(Number(width ?? 10), '.'),
  },
  // Calls a function of the guest, on the fuel of the run.
  twice: (action) => {
    if (!(action instanceof GuestFunction)) throw new TypeError('twice takes a function');
    return [vm.call(action, 1), vm.call(action, 2)];
  },
  // Any exception is a host error for the guest; only the host sees the cause.
  save: () => {
    throw new Error('disk full');
  },
};

const source = `
puts(pad("apple", 12), price("apple"))
let n = 0
puts(twice(fn(x) { n += x; x * 10 }), n)
try { price("melon") } catch (e) { puts("no \${e["name"]}: \${e["code"]}") }
try { save() } catch (e) { puts(e) }
save()`;

// The compiler is told the names; any object that has them will do.
const program = load(compile(source, { file: 'shop.weft', functions }));
const vm = new VM({ functions, output: (text) => console.log(text.trimEnd()) });
try {
  vm.run(program);
} catch (error) {
  if (!(error instanceof HeddleError)) throw error;
  console.log(error.report());
  console.log('cause:', String(error.cause));
}
// expect: apple.......
// expect: 3
// expect: [10, 20]
// expect: 3
// expect: no melon: 404
// expect: host error: the host function 'save' failed
// expect: host error: the host function 'save' failed
// expect:     at program (shop.weft:7:1)
// expect: cause: Error: disk full
