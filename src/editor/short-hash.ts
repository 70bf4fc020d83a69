/** Shortens a hash to its ends: `#b63ae681…9910`. */
export function shortHash(text: string): string {
  return `${text.slice(0, 9)}…${text.slice(-4)}`
}
