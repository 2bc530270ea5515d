import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemCodes } from '../../src/policy/index.ts';
import { read } from './manifests.ts';
import { schemaFaults } from './published-schemas.ts';

const text = readFileSync(new URL('../../docs/acs.md', import.meta.url), 'utf8');

test('the manifest that the page shows is valid for ACS and in order here', () => {
  const example = /```yaml\n(agent_control[\s\S]*?)```/.exec(text)?.[1] ?? '';
  expect(schemaFaults('0.4', example)).toEqual([]);
  const { places, policySet } = read({ 'manifest.yaml': example });
  expect(places).toEqual([]);
  const [agent] = policySet.agents;
  expect([agent?.metadata.name, agent?.allow[0]?.id]).toEqual(['support-assistant', 'tickets']);
});

test('the page names the codes of manifests and look-alikes', () => {
  const { foreignFormat, manifestVersion, manifestExtends, manifestConflict } = problemCodes;
  const { manifestNotFollowed, manifestNoProfile } = problemCodes;
  const codes = [foreignFormat, manifestVersion, manifestExtends, manifestConflict];
  for (const { code } of [...codes, manifestNotFollowed, manifestNoProfile]) {
    expect(text).toContain(`\`${code}\``);
  }
});
