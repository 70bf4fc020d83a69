import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import typescript from 'typescript'

/** Returns the code of a Svelte component's scripts, everything else replaced by spaces so that lines stay as they are. */
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

/** Syntax trees by file: ESLint asks for each, and the rule does again. */
const parsed = new Map()

/**
 * Parses a file to its imports and nothing else. Type imports, `import('…')` types, dynamic imports and re-exports all
 * become plain imports: import-x/no-cycle would ignore some of them.
 */
const importsOnly = {
  meta: { name: 'imports-only', version: '1' },
  parseForESLint(text, { filePath }) {
    const before = parsed.get(filePath)
    if (before?.text === text) return { ast: before.ast }
    const code = filePath.endsWith('.svelte') ? scriptsOf(text) : text
    const lines = code.split('\n')
    const whole = {
      range: [0, text.length],
      loc: { start: { line: 1, column: 0 }, end: { line: lines.length, column: lines.at(-1).length } },
    }
    let start = 0
    const starts = lines.map((line) => (start += line.length + 1) - line.length - 1)
    const placeOf = (pos) => {
      const line = starts.findLastIndex((start) => start <= pos)
      return { line: line + 1, column: pos - starts[line] }
    }
    const body = typescript.preProcessFile(code, true, true).importedFiles.map(({ fileName: value, pos, end }) => {
      const place = { range: [pos, end], loc: { start: placeOf(pos), end: placeOf(end) } }
      const source = { type: 'Literal', value, raw: `'${value}'`, ...place }
      return { type: 'ImportDeclaration', importKind: 'value', specifiers: [], attributes: [], source, ...place }
    })
    const ast = { type: 'Program', sourceType: 'module', body, tokens: [], comments: [], ...whole }
    parsed.set(filePath, { text, ast })
    return { ast }
  },
}

/** Finds import circles, type imports and dynamic imports included. `npm run lint` runs it after the other rules. */
export default [
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  {
    files: ['src/**/*.{ts,svelte}'],
    languageOptions: { parser: importsOnly },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.svelte'],
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.svelte', '.svelte.ts'] })],
    },
    rules: { 'import-x/no-cycle': 'error' },
  },
]
