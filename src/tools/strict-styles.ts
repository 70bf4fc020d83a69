/** A Vite plugin that lets the built page do without style elements, so that its Content-Security-Policy can forbid them. */
import type { Plugin } from 'vite'

/** What style-mod, through which CodeMirror adds its styles, does for shadow roots only; and the same for documents too. */
const shadowRootsOnly = '!root.head && root.adoptedStyleSheets'
const everywhere = 'root.adoptedStyleSheets'
const anyInline = "style-src 'self' 'unsafe-inline'"
/** Attributes only: Chromium itself sets some while it edits text, and markup of packages has others. */
const attributesOnly = "style-src 'self'; style-src-attr 'unsafe-inline'"

/**
 * Has CodeMirror add its styles as a constructed style sheet rather than as style elements, and forbids style elements in
 * the page's policy. The development server allows them: Vite adds some there.
 */
export const strictStyles: Plugin = {
  name: 'strict-styles',
  apply: 'build',
  transform: {
    filter: { id: /\/style-mod\/src\/style-mod\.js$/ },
    handler: (code) => replaceOnce(code, shadowRootsOnly, everywhere),
  },
  transformIndexHtml: (html) => replaceOnce(html, anyInline, attributesOnly),
}

function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`There is not exactly one ${from}: adapt this plugin.`)
  return text.replace(from, to)
}
