import type { Decoded, structs } from '../layout/index.ts';
import { fixedText } from './wire.ts';

/** What the maps say of a clause. */
export function clauseRecord(text: string): Decoded<typeof structs.clauseText> {
  return { text: new Uint8Array(fixedText(text, 144)), length: text.length };
}
