/**
 * Objects of a program in the host's hands: opaque handles, good for calling methods, reading fields and making more of them.
 */

import { compile, GuestClass, GuestInstance, load, VM } from 'heddle';

const source = `
class Sprite {
  x = 0
  name
  constructor(name) { this.name = name }
  update(seconds) { this.x += this.speed() * seconds }
  speed() { 1 }
}
class Rocket extends Sprite { speed() { 100 } }
fn fastest(sprites) {
  let best = sprites[0]
  for (sprite in sprites) { if (sprite.speed() > best.speed()) { best = sprite } }
  best
}
[Sprite, Rocket]`;

const vm = new VM({ fuel: 10_000 }); // for each call
const classes = vm.run(load(compile(source))).value;

const sprites: GuestInstance[] = [];
for (const [i, item] of (Array.isArray(classes) ? classes : []).entries()) {
  if (!(item instanceof GuestClass)) throw new TypeError('the program gives its classes');
  const sprite = vm.construct(item, `${item.name} ${i + 1}`);
  if (sprite instanceof GuestInstance) sprites.push(sprite);
}

for (const seconds of [0.5, 0.25]) {
  for (const sprite of sprites) vm.callMethod(sprite, 'update', seconds);
}
for (const sprite of sprites) {
  console.log(
    `${sprite.className} '${String(vm.getField(sprite, 'name'))}' is at ${String(vm.getField(sprite, 'x'))}`,
  );
}
// expect: Sprite 'Sprite 1' is at 0.75
// expect: Rocket 'Rocket 2' is at 75

// An instance that comes back is the one that went in.
console.log(vm.call('fastest', sprites) === sprites[1]);
// expect: true

try {
  vm.getField(sprites[0]!, 'constructor');
} catch (error) {
  console.log(String(error));
}
// expect: TypeError: the object has no field 'constructor'
