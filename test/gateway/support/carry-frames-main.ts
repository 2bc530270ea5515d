import koffi from 'koffi';

// Puts frames (hexadecimal arguments) on one interface and prints those of IPv4 that come out of another: packet(7).
const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_IP = 0x0800;
const DONTWAIT = 0x40;
/** How long nothing has come when nothing more will. */
const QUIET_MS = 100;

const [into = '', outOf = '', ...frames] = process.argv.slice(2);
const libc = koffi.load(null);
const openSocket = libc.func('int socket(int family, int type, int protocol)');
const bind = libc.func('int bind(int fd, const void *address, uint32_t size)');
const indexOf = libc.func('unsigned int if_nametoindex(const char *name)');
const send = libc.func(
  'int64_t sendto(int fd, const void *data, size_t size, int flags, const void *to, uint32_t to_size)',
);
const receive = libc.func('int64_t recv(int fd, void *data, size_t size, int flags)');

/** struct sockaddr_ll */
function linkAddress(link: string, protocol: number): Buffer {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(protocol, 2);
  address.writeInt32LE(indexOf(link), 4);
  return address;
}

const listener = openSocket(AF_PACKET, SOCK_RAW, 0);
const sender = openSocket(AF_PACKET, SOCK_RAW, 0);
if (listener < 0 || sender < 0) throw new Error('no packet socket: run as root');
const far = linkAddress(outOf, ETH_P_IP);
if (bind(listener, far, far.length) !== 0) throw new Error(`cannot listen on ${outOf}`);
const near = linkAddress(into, 0);
for (const hex of frames) {
  const frame = Buffer.from(hex, 'hex');
  const sent = send(sender, frame, frame.length, 0, near, near.length);
  if (sent !== frame.length) throw new Error(`sent ${sent} of ${frame.length} bytes to ${into}`);
}
const buffer = Buffer.alloc(2048);
let last = performance.now();
while (performance.now() - last < QUIET_MS) {
  const size = Number(receive(listener, buffer, buffer.length, DONTWAIT));
  if (size > 0) {
    last = performance.now();
    console.log(buffer.toString('hex', 0, size));
  } else {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
