/** Writes the name of the owner on GitHub into the addresses of package.json, the documentation and the examples. `npm run owner -- NAME` */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const [owner = ''] = process.argv.slice(2)
if (!/^[a-z\d](?:-?[a-z\d])*$/i.test(owner)) {
  console.error('Give the name of your account or organization on GitHub: npm run owner -- NAME')
  process.exit(1)
}
const { homepage } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly homepage: string }
const before = /^https:\/\/([\w-]+)\./.exec(homepage)?.[1] ?? 'OWNER'
const folders = ['docs', 'docs/examples', 'docs/examples/.github/workflows']
const files = folders.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
for (const file of ['package.json', 'README.md', ...files.filter((name) => /\.(?:md|ya?ml)$/.test(name))]) {
  const text = readFileSync(file, 'utf8')
  const changed = text
    .replaceAll(`${before}/acl-playground`, `${owner}/acl-playground`)
    .replaceAll(`${before}.github.io/acl-playground`, `${owner}.github.io/acl-playground`)
  if (changed === text) continue
  writeFileSync(file, changed)
  console.log(file)
}
