/** Returns a whole number with commas between the thousands: `12,345`. */
export const withCommas = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',')

/** Returns a count with its noun: `1 user`, `12,345 users`. */
export const plural = (n: number, noun: string): string => `${withCommas(n)} ${noun}${n === 1 ? '' : 's'}`
