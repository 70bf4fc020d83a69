/** The width of printable ASCII, until `prepareWidths` loads that of everything else. */
let widthOf = (text: string): number => text.length

/** Loads what the widths of these texts need. The tables of characters take longer to load than a small file to check. */
export async function prepareWidths(...texts: readonly (string | undefined)[]): Promise<void> {
  if (texts.some((text) => text !== undefined && /[^\0-~]/.test(text))) widthOf = (await import('string-width')).default
}

/** Returns the columns that a printable text takes in a terminal. Its file must have been given to `prepareWidths`. */
export function columnsOf(text: string): number {
  return widthOf(text)
}
