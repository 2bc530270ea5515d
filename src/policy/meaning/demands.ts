import type { AgentPolicy, Guardrail, PolicyClause } from '../policy-set.ts';

/** Tags of data that an agent handles, by what is required where they leave the trusted blocks (rule K11). */
export interface Demands {
  readonly encrypted: readonly string[];
  readonly accepted: readonly string[];
}

/** What a guardrail demands of an agent; `undefined` for nothing. */
export function demandsOf({ require }: Guardrail, { data }: AgentPolicy): Demands | undefined {
  const handled = new Set(data);
  const tags = (what: keyof Demands) => [
    ...new Set(
      require
        .filter((one) => one[what])
        .flatMap((one) => one.data)
        .filter((tag) => handled.has(tag)),
    ),
  ];
  return unlessEmpty({ encrypted: tags('encrypted'), accepted: tags('accepted') });
}

/** What of it a clause lacks, by the tags that ask for it. */
export function missingFrom(
  { protocol, accepts }: PolicyClause,
  demands: Demands,
): Demands | undefined {
  const isEncrypted = protocol === 'tls' || protocol === 'https';
  return unlessEmpty({
    encrypted: isEncrypted ? [] : demands.encrypted,
    accepted: demands.accepted.filter((tag) => !accepts.includes(tag)),
  });
}

/** What any of them demands. */
export function union(demands: readonly Demands[]): Demands {
  return {
    encrypted: [...new Set(demands.flatMap(({ encrypted }) => encrypted))],
    accepted: [...new Set(demands.flatMap(({ accepted }) => accepted))],
  };
}

function unlessEmpty(demands: Demands): Demands | undefined {
  return demands.encrypted.length + demands.accepted.length > 0 ? demands : undefined;
}
