import { formatAddress } from '../../src/policy/index.ts';
import type { WorkloadNotice } from '../workloads/index.ts';
import type { Log } from './log.ts';

type Change = Extract<WorkloadNotice, { readonly workload: unknown }>;

const sentences: Readonly<Record<Change['kind'], string>> = {
  registered: 'is registered',
  changed: 'is registered anew, with changes',
  renewed: 'is renewed',
  removed: 'is removed',
  expired: 'has not been renewed, and is unknown from now on',
  'lost-agent': 'is no agent by the rules in force, and is unknown until that changes',
  'found-agent': 'is an agent by the rules in force',
};

/** Tells the log what becomes of registrations. */
export function workloadTeller(log: Log): (notice: WorkloadNotice) => void {
  return (notice) => {
    if ('workload' in notice) tellChange(log, notice);
    else if (notice.kind === 'refused') {
      const { kind, id, by, code, why } = notice;
      const message = `workload ${id} refused: ${why}`;
      log('warn', { event: 'workload', kind, id, by, code, message });
    } else {
      const what = {
        'not-kept': 'a registration is in force, but the next process will not know it',
        'not-read': 'a registration of an earlier process cannot be read, and counts for nothing',
      }[notice.kind];
      log('error', { event: 'workload-fault', message: `${what}: ${notice.why}` });
    }
  };
}

function tellChange(log: Log, { kind, workload }: Change): void {
  const { id, by, agent, addresses, labels, principals, ttl } = workload;
  const level = kind === 'expired' || kind === 'lost-agent' ? 'warn' : 'info';
  const texts = addresses.map(formatAddress);
  const message = `workload ${id} (${agent ?? 'no agent'}, ${texts.join(', ')}) ${sentences[kind]}`;
  log(level, {
    event: 'workload',
    kind,
    id,
    by,
    agent,
    addresses: texts,
    labels,
    principals,
    ttl,
    message,
  });
}
