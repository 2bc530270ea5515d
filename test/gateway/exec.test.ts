import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../lab/net/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { clientHello } from '../kernel/client-hello.ts';
import { OwnMachine, type Sidecar } from './support/own-machine.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.2.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [127.0.0.53]}
  allow:
    - {id: inside, to: {cidr: 127.0.0.9/32}, protocol: tcp, ports: [7000]}
    - {id: web, to: {cidr: 203.0.114.80/32}, protocol: tcp, ports: [8080]}
    - {id: api, to: {host: api.example.com}, protocol: tcp, ports: [8081]}
    - {id: secure, to: {host: tls.example.com}, protocol: tls, ports: [8443]}
    - {id: crowd, to: {cidr: 203.0.114.80/32}, protocol: udp, ports: [9000]}
    - {id: mine, to: {cidr: 203.0.114.80/32}, protocol: tcp, ports: [8083], onBehalfOf: [group:clerks]}
`;
const SERVER = '203.0.114.80';
const silent = 'EINPROGRESS';

describeKernel('a command that is governed by itself', () => {
  let machine: OwnMachine;
  let command: Sidecar;
  const logged = (decision: 'allow' | 'deny', port: number) =>
    waitFor(
      `the line "${decision}" of port ${port}`,
      async () =>
        (await machine.logged()).find((line) => line.port === port && line.decision === decision),
      { deadline: 10_000 },
    );

  beforeAll(async () => {
    machine = await OwnMachine.create('exec');
    await machine.write(policies);
    await machine.serve(8080, 8081, 8082, 8083, 8443);
    command = await machine.probe('--agent', 'alpha', '--on-behalf-of', 'group:clerks');
  });
  afterAll(() => machine?.remove());

  it('reaches what its agent may reach, whatever its address', async () => {
    expect(await command.do(`tcp ${SERVER} 8080`)).toBe('ok');
    expect(await logged('allow', 8080)).toMatchObject({
      agent: 'alpha',
      policyVersion: '1.2.0',
      clause: 'AgentPolicy/alpha#web',
      src: SERVER,
      interface: `cgroup /sallyport/${machine.name}`,
    });
  });

  it('acts for whom it was started', async () => {
    expect(await command.do(`tcp ${SERVER} 8083`)).toBe('ok');
  });

  it('reaches nothing else, nor do its children', async () => {
    expect(await command.do(`tcp ${SERVER} 8082`)).toBe(silent);
    expect(await command.do(`child tcp ${SERVER} 8082`)).toBe(silent);
    expect(await command.do(`mptcp ${SERVER} 8082`)).toBe(silent);
    expect(await logged('deny', 8082)).toMatchObject({ reason: 'no-clause' });
  });

  it('is told at once what it may not send without a connection', async () => {
    expect(await command.do(`udp ${SERVER} 9`)).toBe('EPERM');
  });

  it('asks for names that it may reach, and reaches them by what it was answered', async () => {
    expect(await command.do(`tcp ${SERVER} 8081`)).toBe(silent);
    expect(await command.do('ask 127.0.0.53 evil.example.com')).toBe('EPERM');
    expect(await command.do('ask 127.0.0.53 api.example.com')).toBe('ok');
    expect(await command.do(`tcp ${SERVER} 8081`)).toBe('ok');
    expect(await logged('allow', 8081)).toMatchObject({ names: ['api.example.com'] });
  });

  it('opens TLS for the name that it may reach, and for no other at the same address', async () => {
    expect(await command.do('ask 127.0.0.53 tls.example.com')).toBe('ok');
    const [good, bad] = ['tls.example.com', 'other.example.com'].map((name) =>
      clientHello(name, { behind: 1500 }).toString('hex'),
    );
    expect(await command.do(`speak ${SERVER} 8443 ${good}`)).toBe('ok');
    expect(await command.do(`speak ${SERVER} 8443 ${bad}`)).toBe('EAGAIN');
    expect(await logged('deny', 8443)).toMatchObject({
      reason: 'sni-mismatch',
      clause: 'AgentPolicy/alpha#secure',
    });
  });

  it('talks to itself by its egress rules, and each packet is counted once', async () => {
    expect(await command.do('listen 127.0.0.9 7000')).toBe('ok');
    expect(await command.do('tcp 127.0.0.9 7000')).toBe('ok');
    const { clauses } = await machine.status();
    // SYN, SYN-ACK, ACK; the FIN after them may be on its way.
    const { packets } = clauses.find(({ clause }) => clause === 'AgentPolicy/alpha#inside') ?? {};
    expect([3, 4, 5]).toContain(packets);
  });

  it('is reached by nobody whom no ingress clause lets in', async () => {
    const connect = ['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.9/7000'];
    const attempt = await machine.inside('timeout', ['0.3', ...connect], { reject: false });
    expect(attempt.exitCode).toBe(124);
    expect(await logged('deny', 7000)).toMatchObject({ reason: 'no-ingress', agent: 'alpha' });
  });

  it('is judged by the packet, however many are judged at once', async () => {
    // Eight processes, each by turns to what is allowed and to what is not: never the verdict of another's packet.
    expect(await command.do(`crowd ${SERVER} 9000 9001`)).toBe('800 passed, 800 refused');
    expect((await machine.status()).packets.busy ?? 0).toBe(0);
  });

  it('follows every change of the policies', async () => {
    await machine.write(policies.replace('[8080]', '[8082]'));
    await waitFor(
      'the new rules',
      async () => {
        const applied = (await machine.logged()).filter(({ event }) => event === 'applied');
        return applied.length > 1;
      },
      { deadline: 10_000 },
    );
    expect(await command.do(`tcp ${SERVER} 8082`)).toBe('ok');
    expect(await command.do(`tcp ${SERVER} 8080`)).toBe(silent);
  });

  describe('cannot get out', () => {
    it('by sockets that are not of IP, or below it', async () => {
      // AF_VSOCK, AF_PACKET, AF_XDP; SOCK_RAW; IPPROTO_SMC.
      expect(await command.do('socket 40 1 0')).toBe('EAFNOSUPPORT');
      expect(await command.do('socket 17 3 768')).toBe('EAFNOSUPPORT');
      expect(await command.do('socket 44 3 0')).toBe('EAFNOSUPPORT');
      expect(await command.do('socket 2 3 1')).toBe('EPERM');
      expect(await command.do('socket 2 1 256')).toBe('EPROTONOSUPPORT');
    });

    it('by io_uring, which would make sockets that no filter of system calls sees', async () => {
      expect(await command.do('call 425 8 0')).toBe('EPERM');
    });

    it('by capabilities, nor by programs that would give it some', async () => {
      const status = await command.do('run cat /proc/self/status');
      expect(status).toMatch(/CapInh:\t0+\|CapPrm:\t0+\|CapEff:\t0+\|CapBnd:\t0+\|CapAmb:\t0+\|/);
      expect(status).toContain('NoNewPrivs:\t1|');
      const folder = await mkdtemp('/tmp/sallyport-setuid-');
      try {
        await chmod(folder, 0o755);
        const setuid = join(folder, 'id');
        await copyFile('/usr/bin/id', setuid);
        await chmod(setuid, 0o4755);
        expect(await command.do(`run ${setuid} -u`)).toBe('65534|');
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it('by moving to another cgroup', async () => {
      const root = (await command.do('run grep -m1 cgroup2 /proc/mounts')).split(' ')[1];
      expect(await command.do('run cat /proc/self/cgroup')).toContain(
        `0::/sallyport/${machine.name}|`,
      );
      for (const place of ['', '/sallyport', `/sallyport/${machine.name}`]) {
        expect(await command.do(`write ${root}${place}/cgroup.procs 0`)).toBe('EACCES');
      }
      const unshare = await command.do(`run unshare -UrC sh -c "echo 0 > ${root}/cgroup.procs"`);
      expect(unshare).toMatch(/denied|not permitted/);
    });

    it('by a network namespace of its own, in which there is nothing', async () => {
      const inside = 'unshare -Urn sh -c "ip -o link | wc -l; ip -o route | wc -l"';
      expect(await command.do(`run ${inside}`)).toBe('1|0|');
    });

    it('by typing into the terminal of whoever started it', async () => {
      expect(await command.do('type')).toBe('EPERM');
    });
  });

  it('takes everything along when it ends', async () => {
    await command.do('run setsid sleep 1000 > /dev/null 2>&1 & echo started');
    expect(await command.end()).toBe(0);
    for (const left of [
      `/sys/fs/bpf/sallyport/${machine.name}`,
      `/run/sallyport/${machine.name}`,
      `/run/sallyport/${machine.name}.lock`,
    ]) {
      expect(existsSync(left)).toBe(false);
    }
  });
});
