import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const folder = fileURLToPath(new URL('../targets/data/', import.meta.url))

const read = (name: string): string => readFileSync(`${folder}${name}.json`, 'utf8')

const names = readdirSync(folder)
  .map((file) => file.replace(/\.json$/, ''))
  .sort()

/** Returns the first file with the content of this one: releases with the same modules have the same documentation of them. */
const firstAlike = (name: string): string => names.find((other) => read(other) === read(name)) ?? name

const scriptOf = (name: string): string =>
  `export default JSON.parse('${JSON.stringify(JSON.parse(read(name))).replace(/[\\']/g, '\\$&')}')\n`

/** Returns the path in the built page of a file of src/targets/data, by its name without `.json`. */
export function dataFile(name: string): string {
  const first = firstAlike(name)
  return `assets/${first}-${createHash('sha256').update(scriptOf(first)).digest('base64url').slice(0, 8)}.js`
}

const dataName = (source: string): string | undefined => /\/data\/([\w.-]+)\.json$/.exec(source)?.[1]

/** A Vite plugin that bundles files of src/targets/data with the same content once. */
export function alikeDataOnce(): Plugin {
  return {
    name: 'alike-data-once',
    apply: 'build',
    enforce: 'pre',
    resolveId(source) {
      const name = dataName(source)
      return name === undefined ? null : `${folder}${firstAlike(name)}.json`
    },
  }
}

/**
 * A Vite plugin that makes one file of each content of src/targets/data, for the page and its workers: they are built one
 * by one, and each build would make chunks of its own of them.
 */
export function sharedData(): Plugin {
  return {
    name: 'shared-data',
    apply: 'build',
    enforce: 'pre',
    resolveId(source) {
      const name = dataName(source)
      return name === undefined ? null : { id: `./${dataFile(name).slice('assets/'.length)}`, external: true }
    },
    generateBundle() {
      for (const name of new Set(names.map(firstAlike)))
        this.emitFile({ type: 'asset', fileName: dataFile(name), source: scriptOf(name) })
    },
  }
}
