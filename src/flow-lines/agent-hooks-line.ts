import { reasons, type Verdict } from '../rules/index.ts';

const texts = new Map<string, string>(reasons.map(({ name, text }) => [name, text]));

/**
 * A verdict as one of agent-hooks 0.1 (rule A4), on one line of JSON. As evidence it names the rules by the digest of
 * their canonical JSON, in hex, and the clause: with both and the flow, anybody can repeat the decision.
 */
export function agentHooksLine({ decision, reason, clause }: Verdict, rulesDigest: string): string {
  const text = texts.get(reason) ?? reason;
  return JSON.stringify({
    decision,
    reason,
    message: clause === null ? text : `${text} (${clause})`,
    evidence: {
      artefact: `sha256:${rulesDigest}`,
      ...(clause === null ? {} : { verification_pointers: { clause: `sallyport:${clause}` } }),
    },
  });
}
