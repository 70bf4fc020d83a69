/** A Vite plugin that writes the licenses of all bundled packages, and the project's own, to the output folder. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

interface Package {
  readonly name: string
  readonly version: string
  readonly license?: string
}

/**
 * Returns the plugin for the main bundle and the one for workers, which are bundled separately, before the main bundle
 * is written.
 * @param files packages of which a file is shipped without being imported
 */
export function licenses(files: readonly string[] = []): { readonly main: Plugin; readonly worker: () => Plugin } {
  const folders = new Set(files.map((name) => join('node_modules', name)))
  const collect: Plugin['generateBundle'] = (_options, bundle) => {
    for (const output of Object.values(bundle)) {
      if (output.type !== 'chunk') continue
      for (const [id, { renderedLength }] of Object.entries(output.modules)) {
        const folder = renderedLength > 0 ? packageFolder(id) : null
        if (folder !== null) folders.add(folder)
      }
    }
  }
  return {
    worker: () => ({ name: 'worker-licenses', generateBundle: collect }),
    main: {
      name: 'licenses',
      generateBundle(options, bundle, isWrite) {
        void collect.call(this, options, bundle, isWrite)
        this.emitFile({ type: 'asset', fileName: 'LICENSE.txt', source: readFileSync('LICENSE', 'utf8') })
        this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: notices([...folders]) })
      },
    },
  }
}

/** Returns the folder of the package that a module belongs to; null for the project's own modules. */
function packageFolder(id: string): string | null {
  return /^\0?(.*\/)?(node_modules\/(?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(id)?.slice(1).join('') ?? null
}

function notices(folders: readonly string[]): string {
  const sections = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package
    return { name, text: `## ${name} - ${version} (${license ?? 'see below'})\n\n${licenseText(folder)}\n` }
  })
  if (folders.some((folder) => folder.endsWith('/wasmoon-lua5.1')))
    sections.push({ name: 'Lua', text: `## Lua - 5.1 (MIT)\n\n${readFileSync('src/tools/lua-license.txt', 'utf8')}` })
  // A package may be bundled from more than one path.
  const distinct = new Map(sections.map((section) => [section.text, section]))
  const sorted = [...distinct.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return `# Licenses of the bundled packages\n\n${sorted.map(({ text }) => text).join('\n')}`
}

/**
 * Returns the text of a package's license and notice files. Throws where it has none, since its license must be
 * shipped.
 */
function licenseText(folder: string): string {
  const names = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    .sort()
  if (names.length === 0) throw new Error(`${folder} has no license file: its license cannot be shipped.`)
  const text = names.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n')
  // Headings of Markdown would end the package's section.
  return text.replace(/^#{1,2}(?= )/gm, '###')
}
