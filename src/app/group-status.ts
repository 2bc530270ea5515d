import type { Configuration, GatewayConfiguration } from './configuration/index.ts';
import { type GatewayReport, type Standing, standingOf } from './gateways/index.ts';
import type { BundleEvent } from './http/index.ts';
import type { State } from './state/index.ts';

/** How far rules have come among the gateways of a group. */
export function standingIn(
  group: string,
  digest: string,
  gateways: readonly GatewayConfiguration[],
  { reports }: State,
): Standing {
  const ofGroup = gateways.filter((gateway) => gateway.group === group);
  return standingOf(
    digest,
    // Reports were checked when they came.
    ofGroup.map(({ name }) => reports.get(name)?.body as GatewayReport | undefined),
  );
}

/** The current bundle of one group or of all, as the event stream tells it. */
export function currentBundles(
  { repositories }: Configuration,
  { publications }: State,
  only: string | null,
): BundleEvent[] {
  return repositories
    .flatMap(({ groups }) => groups)
    .filter((group) => only === null || group === only)
    .flatMap((group) => {
      const current = publications.current(group);
      return current ? [{ group, ...current.bundle }] : [];
    });
}

/** Every group with what was published to it and what its gateways report, for `/status`. */
export function groupStatuses({ repositories, gateways }: Configuration, state: State) {
  return repositories.flatMap(({ name: repository, groups }) =>
    groups.map((group) => {
      const current = state.publications.current(group);
      const latest = state.publications.latest(group);
      const isHead = latest?.commit === state.publications.headOf(group);
      return {
        group,
        repository,
        current: current
          ? {
              ...current.bundle,
              commit: current.commit,
              pullRequest: current.pullRequest,
              publishedAt: current.at,
            }
          : null,
        /** Of the newest commit, if it could not be published. */
        failure:
          isHead && latest?.failure ? { commit: latest.commit, message: latest.failure } : null,
        gateways: gateways
          .filter((gateway) => gateway.group === group)
          .map(({ name }) => gatewayStatus(name, current?.bundle.digest, state)),
      };
    }),
  );
}

function gatewayStatus(name: string, digest: string | undefined, { reports }: State) {
  const stored = reports.get(name);
  if (!stored) return { gateway: name, reportedAt: null, enforcesCurrent: false, report: null };
  const report = stored.body as GatewayReport;
  return {
    gateway: name,
    reportedAt: stored.receivedAt,
    enforcesCurrent: digest !== undefined && report.applied?.digest === digest,
    report,
  };
}
