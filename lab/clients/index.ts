export {
  type Client,
  dig,
  hold,
  http,
  httpsByAddress,
  httpsByName,
  knock,
  ping,
  query,
} from './command-lines.ts';
