export { expiryInstant, isCalendarDay } from './expiry.ts';
export { inWindow, type ParsedWindow, parseWindow, type Span, windowSpans } from './window.ts';
export { isInstant, isKnownZone, zoneClock } from './zone-clock.ts';
