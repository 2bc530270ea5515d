import { code } from '../../markdown/index.ts';
import { type Phrase, phraseText } from '../phrase.ts';

/** A sentence with its values as code spans. */
export function sentence(phrase: Phrase): string {
  return phraseText(phrase, code);
}
