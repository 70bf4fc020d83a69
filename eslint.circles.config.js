import ts from 'typescript-eslint'
import { createNodeResolver, importX } from 'eslint-plugin-import-x'

/**
 * Returns the code of a Svelte component with everything outside its scripts replaced by spaces, line breaks kept.
 */
function scriptsOf(text) {
  const blank = (part) => part.replace(/[^\n]/g, ' ')
  let code = ''
  let end = 0
  for (const match of text.matchAll(/(<script\b[^>]*>)([^]*?)<\/script>/g)) {
    const from = match.index + match[1].length
    code += blank(text.slice(end, from)) + match[2]
    end = from + match[2].length
  }
  return code + blank(text.slice(end))
}

/** Parses a file so that its type imports look like value imports: import-x/no-cycle ignores type imports. */
const typesAsValues = {
  meta: { name: 'types-as-values', version: '1' },
  parseForESLint(text, options) {
    const code = options.filePath.endsWith('.svelte') ? scriptsOf(text) : text
    const result = ts.parser.parseForESLint(code, { ...options, filePath: `${options.filePath}.ts` })
    for (const node of result.ast.body) {
      if ('importKind' in node) node.importKind = 'value'
      if ('exportKind' in node) node.exportKind = 'value'
      for (const specifier of node.specifiers ?? []) {
        if ('importKind' in specifier) specifier.importKind = 'value'
        if ('exportKind' in specifier) specifier.exportKind = 'value'
      }
    }
    return result
  },
}

const extensions = ['.ts', '.svelte', '.svelte.ts']

/** Finds import circles, type imports and dynamic imports included. `npm run lint` runs it after the other rules. */
export default [
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  {
    files: ['src/**/*.{ts,svelte}'],
    languageOptions: { parser: typesAsValues },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.svelte'],
      'import-x/resolver-next': [createNodeResolver({ extensions })],
    },
    rules: { 'import-x/no-cycle': 'error' },
  },
]
