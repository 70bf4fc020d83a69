/** A Vite plugin that lets the built page do without inline styles, so that its Content-Security-Policy can forbid them. */
import type { Plugin } from 'vite'

/** What style-mod, through which CodeMirror adds its styles, does for shadow roots only; and the same for documents too. */
const shadowRootsOnly = '!root.head && root.adoptedStyleSheets'
const everywhere = 'root.adoptedStyleSheets'
const allowInline = " 'unsafe-inline'"

/**
 * Has CodeMirror add its styles as constructed style sheets rather than as style elements, and bits-ui set its style by
 * script rather than as an attribute in markup; takes 'unsafe-inline' out of the page's style-src. The development server
 * keeps it: Vite adds style elements there.
 */
export const strictStyles: Plugin = {
  name: 'strict-styles',
  apply: 'build',
  // Before Svelte compiles components.
  enforce: 'pre',
  transform: {
    filter: { id: [/\/style-mod\/src\/style-mod\.js$/, /\/bits-ui\/.*\.svelte$/] },
    handler: (code, id) =>
      id.endsWith('.js')
        ? replaceOnce(code, shadowRootsOnly, everywhere)
        : code.replaceAll('style="display: contents;"', 'style:display="contents"'),
  },
  transformIndexHtml: (html) => replaceOnce(html, allowInline, ''),
}

function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`There is not exactly one ${from.trim()}: adapt this plugin.`)
  return text.replace(from, to)
}
