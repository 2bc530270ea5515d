import { formatHostPattern } from '../host-pattern.ts';
import type { PolicyTest, PolicyTestCase } from '../policy-set.ts';
import { show } from '../schema/index.ts';
import { parseTimestamp } from '../timestamp.ts';
import { type Path, valuePosition } from '../yaml/index.ts';
import type { RawPolicyTest, RawTestCase } from './raw-other-kinds.ts';
import { readAddress } from './read-address.ts';
import { readHost } from './read-host.ts';
import { metadataOf } from './read-metadata.ts';
import type { Reader } from './reader.ts';

/** Expectations of the policies; cases with a fault are reported and left out. */
export function readPolicyTest(reader: Reader, { metadata, spec }: RawPolicyTest): PolicyTest {
  return {
    kind: 'PolicyTest',
    metadata: metadataOf(metadata),
    cases: spec.cases.flatMap(
      (raw, index) => readCase(reader, ['spec', 'cases', index], raw) ?? [],
    ),
    position: valuePosition(reader.document, []),
  };
}

function readCase(reader: Reader, path: Path, raw: RawTestCase): PolicyTestCase | undefined {
  const { agent, protocol, onBehalfOf, expect, clause } = raw;
  const to = readTarget(reader, [...path, 'to'], raw.to);
  const port = readPort(reader, path, raw);
  const at = raw.at === undefined ? undefined : readInstant(reader, [...path, 'at'], raw.at);
  if (!to) return undefined;
  return {
    agent,
    to,
    protocol,
    ...(port === undefined ? {} : { port }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf: [...new Set(onBehalfOf)] }),
    ...(at === undefined ? {} : { at }),
    expect,
    ...(clause === undefined ? {} : { clause }),
    position: valuePosition(reader.document, path),
  };
}

/** One name, one address or an agent; patterns and blocks are no places that a flow can go to. */
function readTarget(
  reader: Reader,
  path: Path,
  to: RawTestCase['to'],
): PolicyTestCase['to'] | undefined {
  if (typeof to !== 'string') return { kind: 'agent', agent: to.agent };
  if (/^[\d.]+(?:\/|$)|:.*:/.test(to)) {
    const address = readAddress(reader, path, to);
    return address && { kind: 'address', address };
  }
  const host = readHost(reader, path, to);
  if (!host) return undefined;
  if (host.match === 'exact') return { kind: 'name', name: formatHostPattern(host) };
  reader.fault(
    'hostSyntax',
    path,
    `${show(to)} is a pattern; a flow goes to one name`,
    `write a name that it matches, such as ${show(`api.${host.suffix}`)}`,
  );
  return undefined;
}

/** Rule K2, for the one port of a flow. */
function readPort(reader: Reader, path: Path, { protocol, port }: RawTestCase): number | undefined {
  if (protocol === 'icmp' && port !== undefined) {
    reader.keyFault(
      'portsRefused',
      [...path, 'port'],
      'protocol `icmp` takes no port',
      'remove `port`',
    );
    return undefined;
  }
  if (port !== undefined || protocol === 'icmp') return port;
  if (protocol === 'https') return 443;
  reader.fault(
    'portsMissing',
    [...path, 'protocol'],
    `protocol \`${protocol}\` needs a port`,
    'add `port`',
  );
  return undefined;
}

function readInstant(reader: Reader, path: Path, text: string): number | undefined {
  const instant = parseTimestamp(text);
  if (instant === undefined) {
    reader.fault(
      'calendarDay',
      path,
      `${show(text)} is no date and time that exists`,
      'write a day of the calendar, a time up to 23:59:59 and an offset such as +01:00 or Z',
    );
  }
  return instant;
}
