/**
 * The constants of the binary form that its writer and its reader share. docs/bytecode-format.md has the whole of it.
 */

/** Begins with a zero, so that no text is mistaken for a module. */
export const magic: readonly number[] = [0x00, 0x68, 0x64, 0x6c];

/** Changes when the form does; when only the instruction table does, the fingerprint tells. */
export const formatVersion = 2;

/** In the order they stand in. */
export const sections = { constants: 1, globals: 2, imports: 3, functions: 4, classes: 5, debug: 6 } as const;

export type SectionName = keyof typeof sections;

/** What begins a constant. */
export const constantTags = { double: 0, integer: 1, text: 2 } as const;

/** By the byte that stands for them. */
export const handlerKinds = ['catch', 'finally'] as const;

/** Whether bytes begin as a binary module does. */
export const isBinary = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte);
