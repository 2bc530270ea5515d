import type { Problem } from '../../policy/index.ts';

/** What a review comes to. Problems are placed by paths in the repository. */
export type Finding =
  /** The policies at the head have errors: there are no rules to compare. */
  | { readonly kind: 'errors'; readonly problems: readonly Problem[] }
  /** The head has no policy folder. */
  | { readonly kind: 'no-folder'; readonly path: string }
  /** The rules are what they were. */
  | { readonly kind: 'unchanged'; readonly problems: readonly Problem[] }
  | { readonly kind: 'impact'; readonly problems: readonly Problem[]; readonly impact: Impact };

/** A change of rules, for people. */
export interface Impact {
  /** One line. */
  readonly title: string;
  /** Markdown; everything that came from a file in it is escaped. */
  readonly markdown: string;
}
