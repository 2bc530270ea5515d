import { createRequire } from 'node:module';
import { TargetFile } from '@tufjs/models';
import { builtinName, type RuleSet, ruleSetDigest } from '../../rules/index.ts';
import type { BundleCustom } from '../bundle.ts';
import { parseCustom, publicCustom, type SignedCustom } from '../custom.ts';
import { targetPathOf } from '../group.ts';
import { packRules } from '../pack.ts';
import { changeOnline, type Place } from './change-online.ts';
import { signedBin } from './delegation.ts';
import { sha256 } from './draft.ts';
import { defaultLifetimes, type Lifetimes } from './lifetimes.ts';
import { prune } from './prune.ts';

const { version } = createRequire(import.meta.url)('sallyport/package.json');

/** Of the keys, only those in `online/` are read. */
export interface PublishOptions extends Place {
  readonly group: string;
  readonly ruleSet: RuleSet;
  /** What is not said is filled in: the next sequence number, the counts, this program, now. */
  readonly custom: Pick<BundleCustom, 'commit' | 'pullRequest'> & Partial<BundleCustom>;
  readonly lifetimes?: Partial<Lifetimes>;
}

export interface Publication {
  readonly group: string;
  readonly digest: string;
  readonly custom: BundleCustom;
  readonly timestampVersion: number;
  /** Milliseconds: to pack and sign; to write everything and wait for the disk. */
  readonly timings: { readonly signMs: number; readonly publishMs: number };
}

/**
 * Signs rules for the gateways of a group and puts them into the repository.
 * @throws {Error} if keys are not at hand, the repository was changed by somebody else, or the sequence would not grow.
 */
export async function publishBundle(options: PublishOptions): Promise<Publication> {
  const path = targetPathOf(options.group);
  const lifetimes = { ...defaultLifetimes, ...options.lifetimes };
  return changeOnline(options, async (change) => {
    const start = performance.now();
    const { draft, keys, bins } = change;
    const role = bins.getRoleForTarget(path);
    const before = await change.readBin(role);
    const packed = packRules(options.ruleSet);
    const custom = describe(options, before.signed.targets[path]);
    const digest = sha256(packed);
    const file = draft.addTarget(path, packed, digest);
    const target = TargetFile.fromJSON(path, {
      length: packed.length,
      hashes: { sha256: digest },
      custom: { ...custom },
    });
    const targets = { ...before.signed.targets, [path]: target };
    const nextVersion = draft.nextVersion(role);
    draft.addTargets(role, signedBin(nextVersion, targets, keys.bundles, lifetimes));
    const { timestampVersion, write } = draft.commit(keys, lifetimes);
    const signed = performance.now();
    await write();
    const timings = { signMs: signed - start, publishMs: performance.now() - signed };
    await prune(change.tree, file);
    const { group } = options;
    return {
      group,
      digest: custom.digest,
      custom: publicCustom(custom),
      timestampVersion,
      timings,
    };
  });
}

function describe({ group, ruleSet, custom }: PublishOptions, before?: TargetFile): SignedCustom {
  const carried = ruleSet.agents.filter(({ remote }) => !remote);
  const guardrails = ruleSet.guardrails.filter(({ name }) => name !== builtinName);
  const clauses = [
    ...carried.flatMap(({ deny, allow, ingress }) => [deny, allow, ingress]),
    ...guardrails.flatMap(({ deny, allow }) => [deny, allow]),
  ];
  const last = before ? parseCustom(before.custom).seq : 0;
  const { seq = last + 1 } = custom;
  if (seq <= last) {
    throw new Error(`sequence number ${seq} is not above ${last}, the last one of ${group}`);
  }
  return parseCustom({
    compiler: `sallyport/${version}`,
    agents: carried.length,
    clauses: clauses.reduce((sum, list) => sum + list.length, 0),
    createdAt: new Date().toISOString(),
    ...custom,
    seq,
    group,
    digest: ruleSetDigest(ruleSet),
  });
}
