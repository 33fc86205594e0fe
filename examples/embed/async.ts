/**
 * Asynchronous host functions: the program waits at the call, at any depth, and the host does other things meanwhile. A
 * rejection is thrown in the guest, at the call.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { compile, type HostFunctions, load, VM } from 'heddle';

const pages: Readonly<Record<string, string>> = { '/': 'welcome', '/about': 'made of threads' };

const functions: HostFunctions = {
  fetch: async (url) => {
    await sleep(5);
    const page = pages[String(url)];
    if (page === undefined) throw new Error(`404 ${String(url)}`);
    return page;
  },
};

// Nothing in the program says that it waits.
const source = `
fn page(url) {
  let text
  try { text = fetch(url) } catch (e) { text = "(" + e["message"] + ")" }
  "\${url}: \${text}"
}
map(["/", "/about", "/none"], page)`;

const program = load(compile(source, { functions }));

// Three programs wait at the same time, each in a VM of its own.
const runs = [1, 2, 3].map(() => new VM({ functions }).start(program).finish());
for (const { value } of await Promise.all(runs)) console.log(String(value));
// expect: /: welcome,/about: made of threads,/none: (the host function 'fetch' failed)
// expect: /: welcome,/about: made of threads,/none: (the host function 'fetch' failed)
// expect: /: welcome,/about: made of threads,/none: (the host function 'fetch' failed)

// A plain run cannot wait, and says so.
try {
  new VM({ functions }).run(load(compile('fetch("/")', { functions })));
} catch (error) {
  console.log(String(error).slice(0, 48));
}
// expect: HeddleError: 'fetch' is asynchronous, and the pr
