/** The look of the form that is embedded in other pages, as its address asks for it. */
export interface EmbedOptions {
  /** Null: as the reader's system. */
  readonly theme: 'light' | 'dark' | null
  /** True where the files cannot be edited. Commands still run. */
  readonly readOnly: boolean
  /** The most pixels that the form takes in height; null: the whole frame. */
  readonly height: number | null
}

/** The heights that the share dialog offers, in pixels. */
export const embedHeights = [400, 600, 800] as const

/** The height of the frame where none is chosen, in pixels. */
export const usualHeight = 600

/**
 * Parses the options of the form that is embedded in other pages in a page's query (`location.search`); values it does not know
 * are ignored. Null: not embedded.
 */
export function embedOptions(search: string): EmbedOptions | null {
  const query = new URLSearchParams(search)
  if (!query.has('embed')) return null
  const theme = query.get('theme')
  const readOnly = query.get('readonly')
  const height = query.get('height') ?? ''
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    readOnly: readOnly === '' || readOnly === '1' || readOnly === 'true',
    height: /^[1-9]\d{2,3}$/.test(height) && Number(height) >= 200 && Number(height) <= 2_000 ? Number(height) : null,
  }
}

/** Returns the query of the embedded form; options as usual are not in it. */
export function embedQuery({ theme, readOnly, height }: EmbedOptions): string {
  return [
    '?embed',
    ...(theme === null ? [] : [`theme=${theme}`]),
    ...(readOnly ? ['readonly'] : []),
    ...(height === null || height === usualHeight ? [] : [`height=${height}`]),
  ].join('&')
}
