import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dnsQuery } from '../../gateway/judge/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { readDnsAnswer } from '../kernel/read-dns-answer.ts';
import { AgentHost } from './support/agent-host.ts';
import { OwnNetwork, type RunningGateway } from './support/own-network.ts';

const policies = (allow: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  onDeny: reject
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  dns: {resolvers: [192.0.2.53, "2001:db8::53"]}
  allow: [${allow}]
`;
const service = '{id: service, to: {cidr: 192.0.2.1/32}, protocol: tcp, ports: [8443]}';
const host = '{id: site, to: {host: api.example.com}, protocol: tcp, ports: [443]}';
const AT_ONCE_MS = 500;

// What an agent's developer meets: real sockets, the system's own error codes.
describeKernel('an agent that is denied', () => {
  let network: OwnNetwork;
  let gateway: RunningGateway;
  let agent: AgentHost;
  beforeAll(async () => {
    network = await OwnNetwork.create('replies');
    await network.write(policies(`${service}, ${host}`));
    agent = await AgentHost.create(network);
    gateway = await network.start();
    await gateway.logged('applied');
  });
  afterAll(async () => {
    await agent?.remove();
    await network?.remove();
  });
  const timed = async (...words: (string | number)[]) => {
    const start = performance.now();
    const outcome = await agent.call(...words);
    return { ...outcome, isAtOnce: performance.now() - start < AT_ONCE_MS };
  };

  it.each([
    ['tcp', '192.0.2.10', 443, 'ECONNREFUSED'],
    ['tcp', '2001:db8::10', 443, 'ECONNREFUSED'],
    ['udp', '192.0.2.10', 5000, 'EHOSTUNREACH'],
    ['udp', '2001:db8::10', 5000, 'EACCES'],
  ])('is told so at once: %s to %s', async (kind, address, port, code) => {
    expect(await timed(kind, address, port)).toEqual({ code, isAtOnce: true });
  });

  it.each(['192.0.2.53', '2001:db8::53'])(
    'a name is told so by the resolver that it asked, though there is none: %s',
    async (resolver) => {
      const question = dnsQuery({ id: 7, name: 'evil.example.org', type: 1 });
      question.writeUInt16BE(1, 10);
      const opt = Buffer.from('00002904d0000000000000', 'hex');
      const whole = Buffer.concat([question, opt]);
      const { code, answer = '' } = await agent.call('ask', resolver, whole.toString('hex'));
      expect(code).toBe('answered');
      const text = 'sallyport: agent "alpha" may not ask for this name (dns-name)';
      expect(readDnsAnswer(Buffer.from(answer, 'hex'))).toMatchObject({
        id: 7,
        rcode: 3,
        edns: { errors: [{ code: 15, text }] },
      });
    },
  );

  it('refuses others at once, too', async () => {
    const { stdout } = await network.inside(process.execPath, ['-e', knock], { reject: false });
    expect(stdout).toBe('ECONNREFUSED');
  });

  it('counts what it was denied, and none of the answers', async () => {
    const { packets } = await network.status();
    expect(packets).toMatchObject({ 'no-clause': 4, 'dns-name': 2, 'no-ingress': 1 });
    expect(packets).not.toHaveProperty('not-established');
    expect(packets).not.toHaveProperty('reply');
  });

  it('loses its open connections with a reset when the rule goes, and so does the other end', async () => {
    const server = network.inside(process.execPath, ['-e', serve]);
    const output = server.stdout as NodeJS.ReadableStream;
    await once(output, 'data');
    expect(await agent.call('hold', '192.0.2.1', 8443)).toEqual({ code: 'connected' });
    await network.write(policies(host));
    await gateway.logged('applied', 2);
    expect(await timed('write', 'hello')).toEqual({ code: 'ECONNRESET', isAtOnce: true });
    server.kill('SIGUSR2');
    expect((await server).stdout).toContain('ECONNRESET');
  });
});

const knock = `require('node:net').connect(8080, '10.8.1.5')
  .on('error', ({ code }) => console.log(code)).setTimeout(3000, () => process.exit(4))`;
/** Writes into its one connection when told to, and says how that ended. */
const serve = `require('node:net').createServer((socket) => {
    process.on('SIGUSR2', () => socket.write('late'));
    socket.on('error', ({ code }) => { console.log(code); process.exit(0); });
  }).listen(8443, '192.0.2.1', () => console.log('listening'));
  setTimeout(() => process.exit(4), 15000)`;
