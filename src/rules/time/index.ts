export { expiryInstant } from './expiry.ts';
export {
  inWindow,
  localClock,
  type ParsedWindow,
  parseWindow,
  type Span,
  windowSpans,
} from './window.ts';
export { isInstant } from './zone-clock.ts';
