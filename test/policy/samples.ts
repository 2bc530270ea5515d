import { parsePolicies } from '../../src/policy/index.ts';

/** An agent's policy with these lines in its spec. */
export function agent(name: string, spec: string, metadata = ''): string {
  return `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0${metadata}}
spec:
${indent(spec)}
`;
}

export function guardrail(name: string, spec: string): string {
  return `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: ${name}, version: 1.0.0}
spec:
${indent(spec)}
`;
}

/** An agent at 10.8.1.0/28 with a resolver and these clauses. */
export function agentWith(clauses: string): string {
  return agent(
    'bot',
    `workloads: {cidrs: [10.8.1.0/28]}\ndns: {resolvers: [10.8.0.53]}\n${clauses}`,
  );
}

/** An agent with one allow clause to this destination, over all protocols. */
export function agentTo(destination: string): string {
  return agentWith(`allow: [{id: one, to: ${destination}}]`);
}

/** Parses texts as files `0.yaml`, `1.yaml`, … */
export function parse(...texts: (string | Uint8Array)[]) {
  return parsePolicies(texts.map((text, index) => ({ path: `${index}.yaml`, text })));
}

/** The problems as `SP208 5:3`, the form in which most tests compare them. */
export function places(...texts: (string | Uint8Array)[]): string[] {
  return parse(...texts).problems.map(({ code, line, column }) => `${code} ${line}:${column}`);
}

/** `SP208 5:3` of the text `at`, which must stand once in the file. */
export function placeOf(code: string, text: string, at: string): string {
  const offset = text.indexOf(at);
  if (offset === -1 || text.indexOf(at, offset + 1) !== -1) {
    throw new Error(`${at} does not stand once in the sample`);
  }
  const before = text.slice(0, offset).split('\n');
  return `${code} ${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

export function codes(...texts: (string | Uint8Array)[]): string[] {
  return parse(...texts).problems.map(({ code }) => code);
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
