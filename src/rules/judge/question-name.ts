/** Longest name that a question may have: octets on the wire without the closing root label. */
const longestQuestionName = 252;

/** Whether a name can be asked: labels of 1–63 letters, digits, hyphens and underscores, not too long (rule N2). */
export function isWellFormedName(name: string): boolean {
  return name.length < longestQuestionName && name.split('.').every(isLabel);
}

function isLabel(label: string): boolean {
  return /^[a-z0-9_-]{1,63}$/.test(label);
}
