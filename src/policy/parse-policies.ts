import { readManifests } from './acs/index.ts';
import { compareBytes } from './compare-bytes.ts';
import type { PolicyFile } from './decode.ts';
import { listedProblems } from './listed-problems.ts';
import { checkSet, type Entry, type Findings, resolveEndpoints } from './meaning/index.ts';
import type { ParseCache } from './parse-cache.ts';
import { draftOf, parseFile } from './parse-file.ts';
import type { PolicySet } from './policy-set.ts';
import { isError, type Problem } from './problem.ts';

export interface ParsedPolicies {
  /** The documents without errors. Whoever enforces must refuse to go on if any problem is an error. */
  readonly policySet: PolicySet;
  /** Sorted by file, line and column; at most 100 a file, errors before warnings. */
  readonly problems: readonly Problem[];
}

/**
 * Reads policy files: text, YAML, shape and meaning, each with the places of what is wrong, and what must hold between
 * documents (rules F1–F5, K1–K11, D10). Never throws, whatever the files hold; one broken document does not hide the
 * problems of others. `readingProblems` are those of files that could not be read at all; they join the result.
 * With a `cache`, only files that it does not hold are parsed. The result is not to be changed: it may share parts
 * with other results.
 */
export function parsePolicies(
  files: readonly PolicyFile[],
  readingProblems: readonly Problem[] = [],
  cache?: ParseCache,
): ParsedPolicies {
  const sorted = files.toSorted((a, b) => compareBytes(a.path, b.path));
  const parsed = sorted.map((file) => cache?.parse(file) ?? parseFile(file));
  const manifests = readManifests(parsed);
  const unread = [...readingProblems, ...parsed.flatMap(({ problems }) => problems)];
  // A copy of each: what is found about a draft here is kept by its identity.
  const drafts = [
    ...parsed.flatMap((file) => file.drafts.map((draft) => ({ ...draft }))),
    ...manifests.documents.map(draftOf),
  ];
  const entries = resolveEndpoints(drafts);
  const findings = checkSet(drafts, entries, {
    complete: unread.length === 0 && !manifests.problems.some(isError),
  });
  const alone = drafts.flatMap(({ problems }) => problems);
  return {
    policySet: {
      agents: soundOf(entries.agents, findings),
      guardrails: soundOf(entries.guardrails, findings),
      endpoints: soundOf(entries.endpoints, findings),
      gatewayGroups: soundOf(entries.gatewayGroups, findings),
      tests: soundOf(entries.tests, findings),
    },
    problems: listedProblems([...unread, ...manifests.problems, ...alone, ...findings.problems]),
  };
}

/** Documents without errors, by name, bytewise. */
function soundOf<Document extends { readonly metadata: { readonly name: string } }>(
  entries: readonly Entry<Document>[],
  findings: Findings,
): Document[] {
  return entries
    .filter(({ draft, incomplete }) => !incomplete && findings.isSound(draft))
    .map(({ document }) => document)
    .toSorted((a, b) => compareBytes(a.metadata.name, b.metadata.name));
}
