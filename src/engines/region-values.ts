/**
 * Values that a region computes where they are needed and puts into no slot: what the builder of regions puts into trees in the place
 * of operands.
 */

import { type SlotType, Types } from '../load/slot-types';
import { type SlotTree, slotTree } from '../load/trees';
import type { Compute } from './region-site';

/**
 * Values that closures compute where they are needed, each of them once. Trees read them like slots, of numbers that no frame has.
 */
export class Values {
  private readonly bySlot = new Map<number, { readonly value: Compute; readonly type: SlotType }>();
  private reserved = 0;

  add(value: Compute, type: SlotType): SlotTree {
    const tree = this.reserve();
    this.define(tree, value, type);
    return tree;
  }

  /** A value that will be defined. */
  reserve(): SlotTree {
    return slotTree(firstValue + this.reserved++);
  }

  define({ slot }: SlotTree, value: Compute, type: SlotType): void {
    this.bySlot.set(slot, { value, type });
  }

  has(slot: number): boolean {
    return this.bySlot.has(slot);
  }

  get(slot: number): Compute | undefined {
    return this.bySlot.get(slot)?.value;
  }

  typeOf(slot: number): SlotType | undefined {
    return this.bySlot.get(slot)?.type;
  }
}

/** Beyond the slots of all frames. */
export const firstValue = 2 ** 24;

export class TypesWithValues extends Types {
  constructor(
    private readonly slots: Types,
    private readonly values: Values,
  ) {
    super();
  }

  at(slot: number): SlotType {
    return this.values.typeOf(slot) ?? this.slots.at(slot);
  }
}
