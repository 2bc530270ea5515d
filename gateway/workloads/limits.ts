import { constants } from '../layout/index.ts';

/** Bounds on what registers. Times in seconds. */
export const registryLimits = {
  /** Addresses of all workloads together, as many as the maps have room for. */
  addresses: constants.MAX_WORKLOADS,
  addressesOfOne: 16,
  labels: 64,
  principals: 256,
  /** Characters of a label's key or value, or of a principal. */
  text: 253,
  bodyBytes: 64 * 1024,
  shortestTtl: 5,
  longestTtl: 86_400,
  usualTtl: 300,
} as const;
