/**
 * What the table says, ready for use: opcode numbers, encoded sizes and stack effects of every instruction, in its narrow
 * and its wide form. Nothing in it is written by hand.
 */

import { instructions, type OpName } from './instructions';
import { type OperandKindName, operandKinds } from './operands';
import { type Picture, parsePicture } from './picture';
import type { ControlInstruction, Instruction } from './table';

export type { OpName } from './instructions';

/** Names of the instructions that decide what runs next. */
export type ControlOpName = {
  [N in OpName]: (typeof instructions)[N] extends ControlInstruction ? N : never;
}[OpName];

export type DataOpName = Exclude<OpName, ControlOpName>;

export interface OperandSpec {
  readonly name: string;
  readonly kind: OperandKindName;
  /** Bytes of its big-endian encoding in this form. */
  readonly width: 1 | 2 | 4;
  /** Where it stands, from the opcode's offset. */
  readonly at: number;
}

/** One opcode: an instruction in its narrow or wide form. */
export interface OpcodeInfo {
  readonly opcode: number;
  readonly op: OpName;
  readonly wide: boolean;
  /** The name in listings: the instruction's, with `Wide` behind it in the wide form. */
  readonly mnemonic: string;
  readonly operands: readonly OperandSpec[];
  /** Bytes, the opcode included. */
  readonly size: number;
  readonly picture: Picture;
  /** The picture on the way that jumps; the same unless the table says otherwise. */
  readonly takenPicture: Picture;
  /** Which operand the count of a variadic picture is; -1 without one. */
  readonly countOperand: number;
  /** Whether the next instruction can follow it. */
  readonly falls: boolean;
  /** Whether it is one of the hand-written control instructions. */
  readonly control: boolean;
}

const opNames = Object.keys(instructions) as OpName[]; // the keys are the names

function describe(opcode: number, op: OpName, wide: boolean): OpcodeInfo {
  const entry: Instruction = instructions[op];
  const operands: OperandSpec[] = [];
  let size = 1;
  for (const [name, kind] of Object.entries(entry.operands)) {
    const width = operandKinds[kind][wide ? 'wide' : 'narrow'];
    operands.push({ name, kind, width, at: size });
    size += width;
  }
  const picture = parsePicture(entry.stack);
  const isControl = 'control' in entry;
  return {
    opcode,
    op,
    wide,
    mnemonic: wide ? `${op}Wide` : op,
    operands,
    size,
    picture,
    takenPicture: isControl && entry.control.taken ? parsePicture(entry.control.taken) : picture,
    countOperand: operands.findIndex(({ name }) => name === picture.variadic?.operand),
    falls: isControl ? entry.control.falls : true,
    control: isControl,
  };
}

/** Whether wide operands give the instruction a form of its own. */
const hasWideForm = (op: OpName): boolean =>
  Object.values<OperandKindName>(instructions[op].operands).some(
    (kind) => operandKinds[kind].wide > operandKinds[kind].narrow,
  );

/** Every opcode by number: the narrow forms in the order of the table, then the wide forms. */
export const opcodes: readonly OpcodeInfo[] = [
  ...opNames.map((op) => ({ op, wide: false })),
  ...opNames.filter(hasWideForm).map((op) => ({ op, wide: true })),
].map(({ op, wide }, opcode) => describe(opcode, op, wide));

if (opcodes.length > 256) throw new Error('opcodes are one byte: the table has grown too long');

const byName = (wide: boolean): Record<OpName, OpcodeInfo> =>
  Object.fromEntries(
    opNames.map((op) => [op, opcodes.find((info) => info.op === op && info.wide === wide)]),
  ) as Record<OpName, OpcodeInfo>; // every name has its entry, a missing wide form aside

/** The narrow form of each instruction. */
export const narrow: Readonly<Record<OpName, OpcodeInfo>> = byName(false);

/** The wide form of each instruction that has one. */
export const wide: Readonly<Partial<Record<OpName, OpcodeInfo>>> = byName(true);

/** Opcodes by the names that listings use. */
export const byMnemonic: ReadonlyMap<string, OpcodeInfo> = new Map(
  opcodes.map((info) => [info.mnemonic, info]),
);

/** How many values an instruction takes, given its operands. */
export function pops(info: OpcodeInfo, operands: readonly number[], picture = info.picture): number {
  const { inputs, variadic } = picture;
  return inputs.length + (variadic ? variadic.times * operands[info.countOperand]! : 0);
}

/** Reads a big-endian operand; the caller has checked that it is there. */
export function readOperand(code: Uint8Array, offset: number, width: 1 | 2 | 4): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + code[offset + i]!;
  return value;
}

/** Instructions that access a member have an inline cache: those whose first operand is its name. */
export const isCached = ({ operands }: OpcodeInfo): boolean => operands[0]?.kind === 'name';

const noOperands: readonly number[] = [];

/** The operands of the instruction at `pc`; the caller has checked that they are there. */
export function operandsAt(code: Uint8Array, pc: number, info = opcodes[code[pc]!]!): readonly number[] {
  const [first, second] = info.operands;
  if (first === undefined) return noOperands;
  const value = readOperand(code, pc + first.at, first.width);
  if (second === undefined) return [value];
  return info.operands.map(({ at, width }) => readOperand(code, pc + at, width));
}

/** The instructions of code that has been checked, in the order of their places. */
export function* instructionsIn(code: Uint8Array): Generator<{
  readonly op: OpName;
  readonly pc: number;
  readonly operands: readonly number[];
}> {
  for (let pc = 0; pc < code.length; ) {
    const info = opcodes[code[pc]!]!;
    yield { op: info.op, pc, operands: operandsAt(code, pc, info) };
    pc += info.size;
  }
}

/**
 * A number that changes whenever an encoding in the table does, so that a binary made for another table is refused
 * rather than misread. FNV-1a over the names and operand kinds.
 */
export const fingerprint: number = (() => {
  let hash = 0x811c9dc5;
  for (const { mnemonic, operands, picture } of opcodes) {
    const text = `${mnemonic}(${operands.map(({ kind }) => kind).join()})${JSON.stringify(picture)};`;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
})();
