/**
 * Writes owner.json (who publishes the project) and the version of package.json wherever they are repeated: addresses,
 * pinned versions, the author. `npm run owner -- NAME ["Author <mail>"]`; without a name, as owner.json says, which
 * `npm version` does.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The publisher of the project: an account or organization on GitHub, and the author as in package.json. */
export interface Owner {
  readonly owner: string
  readonly author: string
}

/** Returns the text of a file of the project with the owner's addresses, the author and the version as they are now. */
export function settled(text: string, { owner, author }: Owner, version: string): string {
  const [major = ''] = version.split('.')
  return text
    .replace(/(\bgithub\.com\/|\buses: |_FQDN\/)[\w-]+(?=\/acl-playground)/g, (_, before: string) => before + owner)
    .replace(/\bhttps:\/\/[\w-]+(?=\.github\.io\/acl-playground)/g, () => `https://${owner}`)
    .replace(/^( {2}"author": ).*(?=,$)/m, (_, before: string) => before + JSON.stringify(author))
    .replace(/^(Copyright \(c\) \d+ ).*$/m, (_, before: string) => before + author)
    .replace(/\bacl-playground@\d+\.\d+\.\d+\b/g, `acl-playground@${version}`)
    .replace(/(\brev: v)\d+\.\d+\.\d+/g, `$1${version}`)
    .replace(/((?:uses: |_FQDN\/)\S+\/acl-playground@)v\d+/g, `$1v${major}`)
    .replace(/^( +version:\n(?: +description: .*\n)? +default: ).*$/m, `$1'${version}'`)
}

/** Writes the files of a project that change, and returns their paths. */
export function settle(root: string, owner: Owner): string[] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
  writeFileSync(join(root, 'owner.json'), `${JSON.stringify(owner, null, 2)}\n`)
  return filesOf(root).filter((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    const changed = settled(text, owner, version)
    if (changed !== text) writeFileSync(join(root, path), changed)
    return changed !== text
  })
}

/** Returns the paths of the files that may repeat owner, author or version. */
export function filesOf(root: string): string[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`)
  const texts = [...inFolder('docs'), ...inFolder('templates')].filter((path) => /\.(?:md|ya?ml)$/.test(path))
  return ['package.json', 'LICENSE', 'README.md', 'action.yml', ...texts]
}

function main([name, author]: readonly string[]): void {
  const root = process.cwd()
  const known = JSON.parse(readFileSync(join(root, 'owner.json'), 'utf8')) as Owner
  const owner = { owner: name ?? known.owner, author: author ?? known.author }
  if (!/^[a-z\d](?:-?[a-z\d])*$/i.test(owner.owner)) {
    console.error(
      'Give the name of your account or organization on GitHub: npm run owner -- NAME ["Author <mail@example.org>"]',
    )
    process.exitCode = 1
    return
  }
  for (const path of settle(root, owner)) console.log(path)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2))
