/**
 * Data in and out: one program, loaded once, run with different data in as many VMs as there are tasks.
 */

import { compile, load, VM } from 'heddle';

interface Order {
  readonly customer: string;
  readonly items: readonly { readonly name: string; readonly price: number; readonly count: number }[];
}

const rule = load(
  compile(
    `let total = reduce(order["items"], fn(sum, item) { sum + item["price"] * item["count"] }, 0)
     let discount = if (total > 100) { total * rate } else { 0 }
     {"customer": order["customer"], "to_pay": total - discount}`,
    { file: 'discount.weft', globals: ['order', 'rate'] },
  ),
);

function price(customer: string, ...items: Order['items']): void {
  const vm = new VM();
  // Plain objects, arrays and maps are copied; guests get maps and arrays.
  const { value } = vm.run(rule, {
    globals: { order: { customer, items: items.map((i) => ({ ...i })) }, rate: 0.1 },
  });
  // Maps come back as `Map`.
  if (value instanceof Map) console.log(Object.fromEntries(value), vm.getGlobal('discount'));
}

price('Ada', { name: 'loom', price: 60, count: 2 });
price('Alan', { name: 'tape', price: 5, count: 3 });
// expect: { customer: 'Ada', to_pay: 108 } 12
// expect: { customer: 'Alan', to_pay: 15 } 0
