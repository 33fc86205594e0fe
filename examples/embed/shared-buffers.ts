/**
 * Numbers in bulk without copying: a program works on the host's own typed arrays, and the host looks into the program's.
 */

import { compile, type HostFunctions, load, SharedBuffer, VM } from 'heddle';

// Shared in: the memory stays the host's, and what the program writes is there at once.

const brighten = load(
  compile(`
    fn brighten(pixels, by) {
      for (let i = 0; i < len(pixels); i += 1) {
        if (i % 4 != 3) { pixels[i] = min(pixels[i] + by, 255) }    // not the fourth, which is no colour
      }
    }`),
);

// What `context.getImageData(...).data` is in a page.
const image = new Uint8ClampedArray([10, 20, 30, 255, 200, 240, 250, 255]);
const vm = new VM({ maxMemory: 10_000, fuel: 10_000 });
vm.run(brighten);
vm.call('brighten', new SharedBuffer(image), 20);
console.log(image.join(' '));
// expect: 30 40 50 255 220 255 255 255

// Without the wrapper the program has a copy of its own.
vm.call('brighten', image, 20);
console.log(image[0]);
// expect: 30

// Shared memory does not count as the program's: this is eighty times its limit.
const samples = new Float64Array(100_000);
const sum = load(compile('fn total(samples) { sum(samples) }'));
vm.run(sum);
console.log(vm.call('total', new SharedBuffer(samples.fill(0.5))));
// expect: 50000

// Shared out: the program makes the buffer, and the host reads it where it is.

const functions: HostFunctions = {
  // Called for every block: its argument is the program's own memory.
  play: {
    buffers: 'share',
    run: (block) => {
      if (block instanceof Float64Array) played.push(block[0]!, block[block.length - 1]!);
    },
  },
};
const played: number[] = [];

const synth = load(
  compile(
    `let block = f64(128)
     let at = 0
     fn next() {
       for (let i = 0; i < len(block); i += 1) { block[i] = at + i }
       at += len(block)
       play(block)
     }`,
    { functions },
  ),
);
const player = new VM({ functions });
player.run(synth);
player.call('next');
player.call('next');
console.log(played.join(' '));
// expect: 0 127 128 255

// The same memory each time: what the program writes later shows in it.
const block = player.getGlobal('block', { buffers: 'share' });
const copy = player.getGlobal('block');
player.call('next');
if (block instanceof Float64Array && copy instanceof Float64Array) console.log(block[0], copy[0]);
// expect: 256 128
