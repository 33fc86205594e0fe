/**
 * Stack effects by opcode in flat arrays, taken from the table once: what the height analysis and the verifier look up
 * for every instruction of every module they are given.
 */

import { opcodes, readOperand } from '../isa/isa';

/** What an opcode does to the stack and to control, without its operands. */
export interface Effect {
  readonly size: number;
  /** Values taken whatever the operands say. */
  readonly fixedPops: number;
  /** Values taken for each unit of the count operand; 0 where there is none. */
  readonly times: number;
  readonly countAt: number;
  readonly countWidth: 1 | 2 | 4;
  readonly pushes: number;
  /** Values left where the jump is taken; the values taken are the same. */
  readonly takenPushes: number;
  readonly jumps: boolean;
  readonly targetAt: number;
  readonly targetWidth: 1 | 2 | 4;
  readonly falls: boolean;
}

/** By opcode. */
export const effects: readonly Effect[] = opcodes.map((info): Effect => {
  const { picture, takenPicture, operands, size, falls, mnemonic } = info;
  const fixedPops = picture.inputs.length;
  if (takenPicture !== picture && (takenPicture.variadic || takenPicture.inputs.length !== fixedPops)) {
    throw new Error(`${mnemonic} must take the same values whether it jumps or not`);
  }
  const count = operands[info.countOperand];
  const target = operands.find(({ kind }) => kind === 'target');
  return {
    size,
    fixedPops,
    times: picture.variadic?.times ?? 0,
    countAt: count?.at ?? 0,
    countWidth: count?.width ?? 1,
    pushes: picture.outputs.length,
    takenPushes: takenPicture.outputs.length,
    jumps: target !== undefined,
    targetAt: target?.at ?? 0,
    targetWidth: target?.width ?? 1,
    falls,
  };
});

/** How many values the instruction at `pc` takes; the caller has checked that its operands are there. */
export function popsAt(code: Uint8Array, pc: number): number {
  const { fixedPops, times, countAt, countWidth } = effects[code[pc]!]!;
  return times === 0 ? fixedPops : fixedPops + times * readOperand(code, pc + countAt, countWidth);
}

/** The target of the jump at `pc`. */
export function targetOf(code: Uint8Array, pc: number): number {
  const { targetAt, targetWidth } = effects[code[pc]!]!;
  return readOperand(code, pc + targetAt, targetWidth);
}
