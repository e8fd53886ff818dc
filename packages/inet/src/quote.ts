const longest = 64;

/** Cuts `text` after 64 characters and marks the cut, so that hostile input cannot flood a message. */
export function shorten(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}...`;
}

/**
 * Shows in a message what a caller gave: text in quotes, shortened, with every character outside printable
 * ASCII escaped; integers as digits; anything else by its type alone.
 */
export function quote(given: unknown): string {
  if (typeof given === 'string') return quoteText(given);
  if (typeof given === 'bigint') return shorten(String(given));
  if (typeof given === 'number') return String(given);
  if (given instanceof Uint8Array) return `${given.length} bytes`;
  return given === null ? 'null' : `a value of type ${typeof given}`;
}

function quoteText(text: string): string {
  // Escaping by hand and not by JSON alone: bidirectional marks and look-alike digits must become visible too.
  return JSON.stringify(shorten(text)).replace(/[^ -~]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
