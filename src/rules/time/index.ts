export { expiryInstant, isCalendarDay } from './expiry.ts';
export {
  inWindow,
  localClock,
  type ParsedWindow,
  parseWindow,
  type Span,
  windowSpans,
} from './window.ts';
export { isInstant, isKnownZone } from './zone-clock.ts';
