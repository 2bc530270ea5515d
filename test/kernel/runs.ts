import type { Parameters as Settings } from 'fast-check';

/** How many cases a property tries: as many as fit, or `SALLYPORT_RUNS` times as many for a long search. */
export function runs(usual: number): number {
  const factor = Number(process.env.SALLYPORT_RUNS ?? 1);
  if (!(factor > 0)) throw new Error(`SALLYPORT_RUNS=${process.env.SALLYPORT_RUNS} is no factor`);
  return Math.ceil(usual * factor);
}

/** A failing case prints its seed; `SALLYPORT_SEED` tries the same cases again. */
export function replay(numRuns: number): Pick<Settings, 'numRuns' | 'seed' | 'verbose'> {
  const seed = process.env.SALLYPORT_SEED;
  return seed === undefined ? { numRuns } : { numRuns, seed: Number(seed) };
}
