/**
 * Symbolic instructions to bytes: finds the offset of every instruction, takes wide forms where narrow ones do not
 * reach, and binds labels. The builder's back end.
 */

import { narrow, type OpcodeInfo, type OpName, wide } from '../isa/isa';
import type { OperandKindName } from '../isa/operands';
import { buildErrors } from './build-error';
import { moduleLimits } from './module';

/** A place in the code of one function. Made by `FunctionBuilder.label`. */
export class Label {
  declare private readonly opaque: unknown;
}

export interface OpItem {
  readonly kind: 'op';
  readonly op: OpName;
  /** Without the target, which is `label`. */
  readonly operands: number[];
  readonly label?: Label;
  /** The source place; 0 for that of the instruction before. */
  readonly line: number;
  readonly column: number;
}

export interface LabelItem {
  readonly kind: 'label';
  readonly label: Label;
}

export type Item = OpItem | LabelItem;

/** Instructions with a target operand: those that `jump` takes and `emit` does not. A test holds it against the table. */
export const jumpOps = ['OpJump', 'OpJumpIfFalse', 'OpJumpIfTrue', 'OpAnd', 'OpOr', 'OpLoop'] as const;

export type JumpOpName = (typeof jumpOps)[number];

/** Instructions that `emit` takes. */
export type PlainOpName = Exclude<OpName, JumpOpName>;

export interface Layout {
  readonly code: Uint8Array;
  /** By item. */
  readonly offsets: Int32Array;
  readonly labels: ReadonlyMap<Label, number>;
}

const hasTarget = (info: OpcodeInfo): boolean => info.operands.some(({ kind }) => kind === 'target');

/** @throws BuildError where an instruction does not have the operands that the table says */
export function checkShape(
  fn: string,
  op: OpName,
  operands: readonly number[],
  label: Label | undefined,
): void {
  const info = narrow[op];
  if (hasTarget(info) !== (label !== undefined)) {
    const must = label === undefined ? 'needs a label: use jump' : 'has no target: use emit';
    throw buildErrors.operand(fn, `${op} ${must}`);
  }
  const wanted = info.operands.length - (label === undefined ? 0 : 1);
  if (operands.length !== wanted) {
    throw buildErrors.operand(fn, `${op} takes ${wanted} operands, not ${operands.length}`);
  }
}

/**
 * Lays out the code of a function.
 * @param bounds by kind: operands must be below them
 * @throws BuildError
 */
export function layOut(
  fn: string,
  items: readonly Item[],
  bounds: Record<Exclude<OperandKindName, 'target'>, number>,
): Layout {
  const infos = items.map((item) => (item.kind === 'op' ? chooseForm(fn, item, bounds) : undefined));
  const offsets = new Int32Array(items.length);
  const labels = new Map<Label, number>();
  let length = assign(fn, items, infos, offsets, labels);
  while (widenJumps(fn, items, infos, labels)) length = assign(fn, items, infos, offsets, labels);
  const code = new Uint8Array(length);
  items.forEach((item, i) => {
    if (item.kind === 'op')
      encode(code, offsets[i]!, infos[i]!, operandsOf(fn, item, infos[i]!, offsets[i]!, labels));
  });
  return { code, offsets, labels };
}

/** Checks the operands that are not targets; the narrow form unless one of them does not fit. */
function chooseForm(
  fn: string,
  item: OpItem,
  bounds: Record<Exclude<OperandKindName, 'target'>, number>,
): OpcodeInfo {
  const info = narrow[item.op];
  checkShape(fn, item.op, item.operands, item.label);
  if (item.label !== undefined) return info;
  let form = info;
  info.operands.forEach(({ name, kind, width }, i) => {
    const value = item.operands[i]!;
    // The shape was checked: only jumps have targets, and those have nothing else.
    const bound = kind === 'target' ? 0 : bounds[kind];
    if (!Number.isInteger(value) || value < 0 || value >= bound) {
      throw buildErrors.operand(
        fn,
        `${item.op}: there is no ${kind} ${value} (operand '${name}'), the bound is ${bound}`,
      );
    }
    if (value >= 256 ** width) form = wide[item.op]!;
  });
  return form;
}

/** Gives every item its offset. Returns the bytes of the code. */
function assign(
  fn: string,
  items: readonly Item[],
  infos: readonly (OpcodeInfo | undefined)[],
  offsets: Int32Array,
  labels: Map<Label, number>,
): number {
  let offset = 0;
  labels.clear();
  items.forEach((item, i) => {
    offsets[i] = offset;
    if (item.kind === 'op') {
      offset += infos[i]!.size;
      if (offset > moduleLimits.code) throw buildErrors.limit('bytes of code', moduleLimits.code, offset, fn);
    } else {
      if (labels.has(item.label)) throw buildErrors.label(fn, 'a label is marked twice');
      labels.set(item.label, offset);
    }
  });
  return offset;
}

/** The offset of a label. */
export function offsetOf(fn: string, labels: ReadonlyMap<Label, number>, label: Label): number {
  const offset = labels.get(label);
  if (offset === undefined)
    throw buildErrors.label(fn, 'a label is used that is not marked in this function');
  return offset;
}

/** Whether a jump became wide, so that what follows it moves. */
function widenJumps(
  fn: string,
  items: readonly Item[],
  infos: (OpcodeInfo | undefined)[],
  labels: ReadonlyMap<Label, number>,
): boolean {
  let changed = false;
  items.forEach((item, i) => {
    if (item.kind !== 'op' || item.label === undefined || infos[i]!.wide) return;
    if (offsetOf(fn, labels, item.label) < 2 ** 16) return;
    infos[i] = wide[item.op]!;
    changed = true;
  });
  return changed;
}

function operandsOf(
  fn: string,
  item: OpItem,
  info: OpcodeInfo,
  offset: number,
  labels: ReadonlyMap<Label, number>,
): readonly number[] {
  if (item.label === undefined) return item.operands;
  const target = offsetOf(fn, labels, item.label);
  if (item.op === 'OpLoop' ? target > offset : target <= offset) {
    throw buildErrors.backwardJump(fn, info.mnemonic, offset, target);
  }
  return [target];
}

function encode(code: Uint8Array, offset: number, info: OpcodeInfo, operands: readonly number[]): void {
  code[offset] = info.opcode;
  info.operands.forEach(({ at, width }, i) => {
    writeOperand(code, offset + at, width, operands[i]!);
  });
}

/** Writes a big-endian operand. */
export function writeOperand(
  code: Uint8Array | number[],
  offset: number,
  width: number,
  value: number,
): void {
  let rest = value;
  for (let byte = width - 1; byte >= 0; byte--) {
    code[offset + byte] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
