import koffi from 'koffi';

// Puts frames (hexadecimal arguments) on an interface as they are: packet(7).
const AF_PACKET = 17;
const SOCK_RAW = 3;

const [link = '', ...frames] = process.argv.slice(2);
const libc = koffi.load(null);
const openSocket = libc.func('int socket(int family, int type, int protocol)');
const indexOf = libc.func('unsigned int if_nametoindex(const char *name)');
const send = libc.func(
  'int64_t sendto(int fd, const void *data, size_t size, int flags, const void *to, uint32_t to_size)',
);

/** struct sockaddr_ll */
const address = Buffer.alloc(20);
address.writeUInt16LE(AF_PACKET, 0);
address.writeInt32LE(indexOf(link), 4);

const socket = openSocket(AF_PACKET, SOCK_RAW, 0);
if (socket < 0) throw new Error('no packet socket: run as root');
for (const hex of frames) {
  const frame = Buffer.from(hex, 'hex');
  const sent = send(socket, frame, frame.length, 0, address, address.length);
  if (sent !== frame.length) throw new Error(`sent ${sent} of ${frame.length} bytes to ${link}`);
}
