/**
 * A Vite plugin that removes the need for style elements from the built page, so that its Content-Security-Policy can
 * forbid them.
 */
import type { Plugin } from 'vite'

/**
 * style-mod, which adds CodeMirror's styles, uses constructed style sheets only in shadow roots; the second condition
 * extends that to documents.
 */
const shadowRootsOnly = '!root.head && root.adoptedStyleSheets'
const everywhere = 'root.adoptedStyleSheets'
const anyInline = "style-src 'self' 'unsafe-inline'"
/** Allows style attributes only: Chromium sets some while text is edited, and packages have others in their markup. */
const attributesOnly = "style-src 'self'; style-src-attr 'unsafe-inline'"

/**
 * Makes CodeMirror add its styles as a constructed style sheet rather than as style elements, and forbids style
 * elements in the page's policy. The development server allows them, since Vite adds some.
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
