import type { Grant, Region } from '../index.ts';

/** Only flows of this kind are asked after; what is absent is no condition. */
export interface Narrowing {
  /** Milliseconds since 1970, UTC. */
  readonly at?: number | undefined;
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | undefined;
  readonly port?: number | undefined;
}

/** The grants that some flow of this kind falls under, with those of their regions that it lies in. */
export function narrowGrants(grants: readonly Grant[], narrowing: Narrowing): Grant[] {
  return grants.flatMap((grant) => {
    const regions = grant.regions.flatMap((region) => narrowed(region, narrowing) ?? []);
    return regions.length > 0 ? [{ ...grant, regions }] : [];
  });
}

function narrowed(region: Region, { at, protocol, port }: Narrowing): Region | undefined {
  const { time } = region;
  const isThen =
    at === undefined || !time || time.spans.some(([start, end]) => start <= at && at < end);
  const traffic = region.traffic.filter(
    (one) =>
      (protocol === undefined || one.protocol === protocol) &&
      (port === undefined ||
        (one.protocol !== 'icmp' &&
          (one.ports.length === 0 ||
            one.ports.some(([low, high]) => low <= port && port <= high)))),
  );
  return isThen && traffic.length > 0 ? { ...region, traffic } : undefined;
}
