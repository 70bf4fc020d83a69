import { fileTests } from '@lezer/generator/test'
import type { LRParser } from '@lezer/lr'
import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'

/** Runs a file of plain-text cases (`# name`, input, `==>`, tree) against a grammar. */
export function grammarCases(file: string, parser: LRParser): void {
  const path = new URL(`./${file}`, import.meta.url)
  describe(file, () => {
    for (const { name, run } of fileTests(readFileSync(path, 'utf8'), file)) test(name, () => run(parser))
  })
}
