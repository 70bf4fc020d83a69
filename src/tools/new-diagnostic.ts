/**
 * Starts a diagnostic: its file, its test and its section in the documentation.
 *
 *     npm run new:diagnostic my-code
 */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Returns the files to write and the text to append, by path from the root of the project. */
export function scaffold(code: string): {
  readonly files: Readonly<Record<string, string>>
  readonly append: Readonly<Record<string, string>>
} {
  const name = code.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return {
    files: {
      [`src/analysis/diagnostics/${code}.ts`]: `import { tokensOf } from './facts'
import { onToken, type LineCheck } from './line'

/** Describe the mistake here. */
export const ${name}: LineCheck = {
  code: '${code}',
  severity: 'warning',
  check: (line) =>
    tokensOf(line, 0)
      .filter(({ text }) => text === '${code}')
      .map((token) => onToken(token, 'Say what is wrong.', 'Say what to do instead.')),
}
`,
      [`tests/analysis/diagnostics/${code}.test.ts`]: `import { expect, test } from 'vitest'
import { found } from './found'

test('${code}', async () => {
  expect(await found('${code}', 'user app on #… ${code}')).toMatchInlineSnapshot()
  expect(await found('${code}', 'user app on #… ~app:* +get')).toBe('')
})
`,
    },
    append: {
      'docs/diagnostics.md': `
### ${code}

**What.** What is reported.

**Why.** Why it matters.

**Instead.** What to write.

\`\`\`acl redis-8.0
user app on >secret ${code}
\`\`\`
`,
    },
  }
}

function main(code: string | undefined): void {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  if (code === undefined || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code)) {
    console.error('Name the diagnostic in lower case with hyphens: npm run new:diagnostic my-code')
    process.exitCode = 2
    return
  }
  const { files, append } = scaffold(code)
  const existing = Object.keys(files).find((path) => existsSync(join(root, path)))
  if (existing !== undefined) {
    console.error(`${existing} exists already. Choose another name.`)
    process.exitCode = 2
    return
  }
  for (const [path, text] of Object.entries(files)) {
    writeFileSync(join(root, path), text)
    console.log(`wrote ${path}`)
  }
  for (const [path, text] of Object.entries(append)) {
    appendFileSync(join(root, path), text)
    console.log(`added a section to ${path}`)
  }
  console.log('Next: import it in src/analysis/diagnostics/catalogue.ts, and see ARCHITECTURE.md.')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv[2])
