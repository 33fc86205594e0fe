/**
 * The closures of expressions in regions: picks a template for each instruction by where its operands are and what is known of them.
 */

import { operandsAt } from '../isa/isa';
import { isNumber, type Types } from '../load/slot-types';
import type { OpTree, Store, Tree } from '../load/trees';
import { ownFields } from '../runtime/instances';
import type { LinkedFunction } from '../runtime/linked';
import type { Shape } from '../runtime/objects';
import { isShort } from '../runtime/text-costs';
import { thread } from '../runtime/thread';
import type { HostFunction, Value } from '../runtime/value';
import { doubles } from './doubles';
import { ofFields, regionPlaces } from './generated/region-places';
import type { Assumptions } from './region-assumptions';
import type { RegionClosures } from './region-closures';
import { inSlots, leaveFailed } from './region-exits';
import type { FixedCode } from './region-fixed';
import type { Group } from './region-groups';
import type { Inlined } from './region-inlining';
import { needsFrame, type RegisterScope } from './region-registers';
import type { CallSite, Compute, Frame, RegionSite, Step } from './region-site';
import { TypesWithValues, Values } from './region-values';

/** What a closure was made for, and how it may end. */
export interface Made {
  readonly step: Step;
  /** Whether it may end elsewhere than behind itself. */
  readonly abrupt: boolean;
}

/** What the builder of a region is given besides. */
export interface Surroundings {
  /** Code with what variables of the module are assumed to hold. */
  readonly fixed: FixedCode;
  /** Runs the cell of one instruction, which no template is worth. */
  plain(site: RegionSite, cell: (fp: number) => number): Step;
  /** Whether the loop with that head may have registers: slow paths have not often had them put into slots. */
  mayHaveRegisters(header: number): boolean;
  /** Whether the region begins with the loop with that head: it may run long when it is entered, so the host compiles what is inside by itself. */
  isEntry(header: number): boolean;
  /** Says that they have. */
  onSettled(header: number): void;
}

/** What an instruction notes that may throw where variables are in registers of a function: they go into their slots, and it stands there itself. */
export const ownSite = ({ fn, pc, operands, start, refund, inlined }: RegionSite): CallSite => ({
  // Spelt out, so that all sites have one form for the host.
  fn,
  pc,
  operands,
  start,
  refund,
  inlined,
  at: 2 ** 30,
  argc: 0,
  next: -1,
});

/** The same value; of strings the host's own copy, which it tells from others by its address. */
const interned = (value: Value): Value =>
  typeof value === 'string' ? Object.keys({ [value]: null })[0]! : value;

/** What makes the closures of one function, or of one that is inlined in it. */
export class Expressions {
  protected readonly types: Types;
  /** Where variables are in the loop that is being made; `undefined` where all are in slots. */
  protected scope: RegisterScope | undefined;
  /** The expression that is being made. */
  protected currentGroup: Group | undefined;

  /**
   * @param assumptions what slots hold for as long as the code runs
   * @param inside of an inlined function's body, the function
   */
  constructor(
    protected readonly fn: LinkedFunction,
    types: Types,
    protected readonly closures: RegionClosures,
    protected readonly surroundings: Surroundings,
    protected readonly assumptions: Assumptions,
    protected readonly inside?: Inlined,
    protected readonly values = new Values(),
  ) {
    this.types = new TypesWithValues(types, values);
  }

  protected step(...given: Parameters<RegionClosures['step']>): Step {
    return this.closures.step(...given);
  }

  protected compute(...given: Parameters<RegionClosures['compute']>): Compute {
    return this.closures.compute(...given);
  }

  /** Steps in a row as one. */
  protected row(steps: readonly Made[]): Made {
    let rest: Made | undefined;
    for (let end = steps.length; end > 0; ) {
      const last = steps[end - 1]!;
      if (rest !== undefined && last.abrupt) {
        rest = { step: this.step('andThen', last.step, rest.step), abrupt: true };
        end--;
        continue;
      }
      if (rest === undefined) {
        rest = last;
        end--;
        continue;
      }
      let start = end - 1;
      while (start > 0 && end - start < 3 && !steps[start - 1]!.abrupt) start--;
      const before = steps.slice(start, end).map(({ step }) => step);
      rest = { step: this.inARow(before, rest.step), abrupt: rest.abrupt };
      end = start;
    }
    return rest ?? { step: this.step('nothing'), abrupt: false };
  }

  private inARow([a, b, c]: readonly Step[], last: Step): Step {
    if (b === undefined) return this.step('two', a!, last);
    if (c === undefined) return this.step('three', a!, b, last);
    return this.step('four', a!, b, c, last);
  }

  /** Whether a slot is known to hold an instance of a shape. */
  protected isOfShape(slot: number, shape: Shape): boolean {
    return this.assumptions.get(slot) === shape;
  }

  protected site(pc: number, start: number): RegionSite {
    const operands = operandsAt(this.fn.code, pc);
    const { fn, inside, currentGroup: group } = this;
    if (group !== undefined)
      return { fn, pc, operands, start: group.start, refund: group.cost, inlined: undefined };
    return { fn, pc, operands, start, refund: 0, inlined: inside };
  }

  /** @param whole whether the value may be computed by all that its instruction does */
  protected store({ slot, value }: Store, start: number, whole = false): Step {
    const isDouble = this.types.at(slot) === 'double';
    if (this.scope !== undefined) return this.put(slot, this.value(value, start, whole), isDouble);
    if (value.kind === 'constant') {
      if (isDouble) return this.step('storeDoubleConstant', slot, value.value as number); // as its type says
      return this.step('storeConstant', slot, value.value);
    }
    const moves = value.kind === 'slot' && !this.values.has(value.slot);
    if (!isDouble && moves && this.types.at(value.slot) !== 'double') {
      return this.step('storeSlot', thread.stack, slot, value.slot);
    }
    return this.put(slot, this.value(value, start, whole), isDouble);
  }

  /** Puts a value where the variable is that belongs to a slot. */
  protected put(slot: number, value: Compute, isDouble = false): Step {
    const { scope } = this;
    if (scope === undefined) return this.step(isDouble ? 'storeDouble' : 'store', slot, value);
    if (isDouble && !scope.doubles.has(slot)) return this.step('storeDoubleOf', doubles, slot, value);
    const register = scope.registerOf(slot);
    return register === undefined
      ? this.step('storeOf', thread.stack, slot, value)
      : this.step(`set${register}`, value);
  }

  /** Reads the variable that belongs to a slot. */
  protected read(slot: number): Compute {
    const { scope } = this;
    const isDouble = this.types.at(slot) === 'double';
    if (scope === undefined) return this.compute(isDouble ? 'double' : 'slot', slot);
    if (isDouble && !scope.doubles.has(slot)) return this.compute('doubleOf', slot);
    const register = scope.registerOf(slot);
    return register === undefined ? this.compute('slotOf', slot) : this.compute(`r${register}`);
  }

  /** What only knows of slots, and is not expected to be needed: has registers put into them first. */
  protected settled(compute: Compute): Compute {
    if (this.scope === undefined) return compute;
    return this.closures.note('settled', (frame: Frame) => inSlots(frame, compute), compute);
  }

  protected value(tree: Tree, start: number, whole = false): Compute {
    if (tree.kind === 'constant') return this.compute('constant', tree.value);
    if (tree.kind === 'op') return this.operation(tree, start, whole);
    const made = this.values.get(tree.slot);
    if (made !== undefined) return made;
    return this.read(tree.slot);
  }

  /**
   * What computes the number that a built-in function gives.
   *
   * @param other gives the region up where another is called, or one is given what it does not compute a number of
   */
  protected computed(
    known: HostFunction,
    callee: Compute,
    [x, y]: readonly Compute[],
    other: (fp: number) => never,
  ): Compute {
    this.closures.builtins++;
    const { counts, ofNumbers } = known;
    if (counts !== undefined) {
      const counted = (value: Value | undefined, fp: number): Value =>
        (value === undefined ? undefined : counts(value)) ?? other(fp);
      return this.compute('counted', callee, known, x!, counted);
    }
    return y === undefined
      ? this.compute('numeric1', callee, known, ofNumbers!, x!, other)
      : this.compute('numeric2', callee, known, ofNumbers!, x!, y, other);
  }

  private builtin({ builtin, pc, operands, inputs }: OpTree, start: number): Compute {
    const site = this.site(pc, start);
    const [index] = operands;
    const callee =
      index === undefined
        ? this.compute('constant', builtin!)
        : this.closures.operation('OpImport.', [{ ...site, operands }], false);
    const args = inputs.map((input) => this.value(input, start));
    return this.computed(builtin!, callee, args, (fp) => leaveFailed(site, fp));
  }

  /** The closure of a data instruction, or of the call of a built-in function. */
  protected operation(tree: OpTree, start: number, whole: boolean): Compute {
    if (tree.builtin !== undefined) return this.builtin(tree, start);
    const allowed = regionPlaces[tree.op]!;
    const inputs = tree.inputs.map((input, i) => this.operand(input, allowed[i]!, tree.pc, start));
    if (inputs.length > 0 && inputs.every(({ place }) => place === 'c' || place === 'k')) {
      inputs[0] = { place: 'x', given: this.value(tree.inputs[0]!, start) };
    }
    const isAlone = whole && this.currentGroup === undefined;
    const isPlaced = this.scope !== undefined && needsFrame(tree, this.fn);
    const key = `${tree.op}${this.fieldForm(tree)}.${inputs.map(({ place }) => place).join('')}`;
    const values = inputs.map((input) => input.given);
    const site = this.site(tree.pc, start);
    const direct = this.isInDirect
      ? this.closures.directOperation(key, [...values, ownSite(site)], isAlone)
      : undefined;
    if (direct !== undefined) return direct;
    const made = this.closures.operation(key, [...values, site], isAlone);
    return isPlaced ? this.compute('placed', made) : made;
  }

  /** Where an instance has the field that an instruction reads or assigns, as its templates are told apart by. */
  private fieldForm({ op, pc }: OpTree): string {
    if (!ofFields.has(op)) return '';
    const { place } = this.fn.caches[pc]!;
    return place >= 0 && place < ownFields ? String(place) : 'More';
  }

  /** Whether the code has its variables in registers of a function, and not in a loop that has registers of its own. */
  protected get isInDirect(): boolean {
    return this.scope?.of === 'function';
  }

  /** @param pc of the instruction that takes it */
  private operand(tree: Tree, allowed: string, pc: number, start: number): { place: string; given: unknown } {
    const asNumber = allowed.includes('n') && isNumber(this.types.of(tree));
    if (tree.kind === 'slot' && !this.values.has(tree.slot)) {
      const isInSlot = this.scope === undefined;
      const given = (): unknown => (isInSlot ? tree.slot : this.read(tree.slot));
      if (allowed.includes('o') && this.isOfShape(tree.slot, this.fn.caches[pc]!.shape))
        return { place: isInSlot ? 'o' : 'p', given: given() };
      if (allowed.includes('a') && this.assumptions.get(tree.slot) === 'array')
        return { place: isInSlot ? 'a' : 'b', given: given() };
      if (!isInSlot) return { place: asNumber ? 'n' : 'x', given: given() };
      const isDouble = this.types.at(tree.slot) === 'double';
      const place = isDouble ? 'f' : asNumber ? 'i' : 's';
      if (allowed.includes(place)) return { place, given: tree.slot };
    } else if (tree.kind === 'constant') {
      if (allowed.includes('k') && isShort(tree.value)) return { place: 'k', given: interned(tree.value) };
      const fits = !allowed.includes('n') || typeof tree.value === 'number';
      if (fits && allowed.includes('c')) return { place: 'c', given: tree.value };
    }
    return { place: asNumber ? 'n' : 'x', given: this.value(tree, start) };
  }
}
