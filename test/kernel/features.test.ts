import { expect, it } from 'vitest';
import { checkFeatures, type Probe } from '../../gateway/kernel/features.ts';
import { describeKernel } from './availability.ts';

const yes: Probe = {
  program: () => true,
  map: () => true,
  helper: () => true,
  hasBpfFileSystem: () => true,
};

describeKernel('a kernel', () => {
  it('that runs these tests has all that is needed', () => {
    expect(() => checkFeatures()).not.toThrow();
  });

  it.each<[string, Partial<Probe>, string]>([
    ['bpf_loop', { helper: (id) => id !== 181 }, '(5.10.0-8) lacks bpf_loop (5.17). '],
    [
      'timers and TAI',
      { helper: (id) => id < 169 },
      'lacks bpf_timer_init (5.15); bpf_loop (5.17); bpf_ktime_get_tai_ns (6.1).',
    ],
    ['the BPF file system', { hasBpfFileSystem: () => false }, 'mount -t bpf bpf /sys/fs/bpf'],
    ['ring buffers', { map: (type) => type !== 27 }, 'lacks ring buffers (5.8).'],
  ])('that lacks %s is told so by name, with what is needed', (_title, without, text) => {
    const check = () => checkFeatures({ ...yes, ...without }, '5.10.0-8');
    expect(check).toThrow(text);
    expect(check).toThrow('Linux 6.1 or newer');
  });
});
