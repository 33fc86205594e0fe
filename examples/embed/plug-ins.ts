/**
 * Plug-ins: each is a program in a VM of its own. The host runs it once, then calls the functions that it defined or
 * registered, whenever something happens.
 */

import { compile, GuestFunction, HeddleError, type HostValue, load, VM } from 'heddle';

const handlers: { plugin: string; vm: VM; handler: GuestFunction }[] = [];

function loadPlugin(name: string, source: string): VM {
  const vm: VM = new VM({
    fuel: 10_000, // for each call
    functions: {
      on_message: (handler) => {
        if (!(handler instanceof GuestFunction)) throw new TypeError('a function is expected');
        handlers.push({ plugin: name, vm, handler });
      },
    },
  });
  vm.run(load(compile(source, { file: name, functions: ['on_message'] })));
  return vm;
}

function send(message: { from: string; text: string }): void {
  for (const { plugin, vm, handler } of handlers) {
    try {
      const answer: HostValue = vm.call(handler, message);
      if (answer !== null) console.log(`${plugin}: ${String(answer)}`);
    } catch (error) {
      if (!(error instanceof HeddleError)) throw error;
      console.log(`${plugin} failed: ${error.kind}`);
    }
  }
}

const counter = loadPlugin(
  'counter',
  'let seen = 0; on_message(fn(m) { seen += 1; null }); fn total() { seen }',
);
loadPlugin('greeter', 'on_message(fn(m) { if (m["text"] == "hello") { "hi, ${m["from"]}" } })');
loadPlugin('faulty', 'on_message(fn(m) { if (len(m["text"]) > 5) { while (true) {} } })');

send({ from: 'Ada', text: 'hello' });
send({ from: 'Alan', text: 'a longer one' });
console.log('seen:', counter.call('total'), counter.getGlobal('seen'));
// expect: greeter: hi, Ada
// expect: faulty failed: out of fuel
// expect: seen: 2 2
