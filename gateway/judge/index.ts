export {
  type DnsQuestion,
  type DnsRecord,
  dnsQuery,
  dnsResponse,
  questionPointer,
  wireName,
} from './dns-message.ts';
export { echo, internetChecksum, ipFrame, tcpFlags, tcpSegment, udpDatagram } from './frame.ts';
export { givenTime } from './given-time.ts';
export { KernelJudge } from './kernel-judge.ts';
