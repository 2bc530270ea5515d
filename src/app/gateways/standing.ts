import type { GatewayReport } from './report.ts';

/** How far a publication has come in a group, by what its gateways report. */
export interface Standing {
  readonly gateways: number;
  readonly enforcing: number;
  /** Names of gateways that report an error instead, sorted, with what they say. */
  readonly failing: readonly { readonly gateway: string; readonly error: string }[];
}

/** @param reports the last of each gateway of the group, undefined where there was none yet */
export function standingOf(
  digest: string,
  reports: readonly (GatewayReport | undefined)[],
): Standing {
  const others = reports.filter(
    (report) => report !== undefined && report.applied?.digest !== digest,
  );
  return {
    gateways: reports.length,
    enforcing: reports.filter((report) => report?.applied?.digest === digest).length,
    failing: others
      .flatMap((report) =>
        report?.error ? [{ gateway: report.gateway, error: report.error }] : [],
      )
      .toSorted((a, b) => (a.gateway < b.gateway ? -1 : 1)),
  };
}
