import type { PolicySet, Position } from '../../policy/index.ts';
import { diffReach, type ReachVerdict } from '../../reach/index.ts';
import { compile, compileChanged, type RuleSet } from '../../rules/index.ts';
import { type Edit, editedDocuments } from './edited-documents.ts';
import { replaceDocument } from './replace-document.ts';
import { type Bump, bumpBetween, bumped, compareVersions, isEnough } from './semantic-version.ts';

/** The version bump of an edited document, and the one that the edit asks for (rule F6). */
export interface VersionBump {
  /** `AgentPolicy/a`. */
  readonly document: string;
  /** Where it stands now. */
  readonly position: Position;
  readonly was: string;
  readonly is: string;
  readonly made: Bump;
  /** `none` where nothing but the version was edited. */
  readonly asked: Bump;
  /** What the edit does by itself; null where nothing but the version was edited. */
  readonly effect: ReachVerdict | null;
  readonly enough: boolean;
  /** The least release that would do. */
  readonly wanted: string;
}

export interface VersionBumpOptions {
  /** Milliseconds since 1970, UTC: reach is compared from here on. */
  readonly from: number;
  /** What `before` compiles to, if it is at hand. */
  readonly ruleSet?: RuleSet;
  /** What the whole change does from `from` on, if it is at hand: spares the work where it is one edit. */
  readonly verdict?: ReachVerdict;
}

/**
 * The bumps of all documents that were edited: what narrows asks for a major one, what only widens for a minor one, and
 * what changes no decision for a patch. The effect of a document is that of its own edit, all others being as they were.
 */
export function versionBumps(
  before: PolicySet,
  after: PolicySet,
  { from, ruleSet = compile(before), verdict }: VersionBumpOptions,
): VersionBump[] {
  const edits = editedDocuments(before, after);
  const ground = { before, after, ruleSet, from };
  const whole = isOneEdit(edits, before, after) ? verdict : undefined;
  return edits.map((edit) => {
    const effect = edit.edited ? (whole ?? effectOf(edit, ground)) : null;
    const asked = askedBy(effect);
    const was = edit.was.metadata.version;
    const is = edit.is.metadata.version;
    const made = bumpBetween(was, is);
    return {
      document: edit.document,
      position: edit.is.position,
      was,
      is,
      made,
      asked,
      effect,
      enough: isEnough(made, asked) && compareVersions(is, was) >= 0,
      wanted: asked === 'none' ? was : bumped(was, asked),
    };
  });
}

function isOneEdit(edits: readonly Edit[], before: PolicySet, after: PolicySet): boolean {
  return edits.filter(({ edited }) => edited).length === 1 && namesOf(before) === namesOf(after);
}

function namesOf({ agents, guardrails, endpoints, gatewayGroups }: PolicySet): string {
  return [...agents, ...guardrails, ...endpoints, ...gatewayGroups]
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    .join();
}

interface Ground {
  readonly before: PolicySet;
  readonly after: PolicySet;
  readonly ruleSet: RuleSet;
  readonly from: number;
}

function effectOf(edit: Edit, { before, after, ruleSet, from }: Ground): ReachVerdict {
  const replacement = replaceDocument(before, after, edit);
  const known = { policySet: before, ruleSet };
  const old = compileChanged(known, replacement.before);
  const now = compileChanged({ policySet: replacement.before, ruleSet: old }, replacement.after);
  return diffReach(old, now, { from }).verdict;
}

function askedBy(effect: ReachVerdict | null): Bump {
  switch (effect) {
    case null:
      return 'none';
    case 'equivalent':
      return 'patch';
    case 'widens':
      return 'minor';
    case 'narrows':
    case 'both':
      return 'major';
  }
}
