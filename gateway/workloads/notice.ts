import type { WorkloadRecord } from './record-folder.ts';

/** What has become of a registration. */
export type WorkloadChangeKind =
  | 'registered'
  | 'changed'
  | 'renewed'
  | 'removed'
  | 'expired'
  | 'lost-agent'
  | 'found-agent';

/** Something that whoever runs the gateway is told. */
export type WorkloadNotice =
  | { readonly kind: WorkloadChangeKind; readonly workload: WorkloadRecord }
  | {
      readonly kind: 'refused';
      readonly id: string;
      readonly by: string | null;
      readonly code: string;
      readonly why: string;
    }
  | { readonly kind: 'not-kept' | 'not-read'; readonly why: string };
