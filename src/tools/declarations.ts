/** Writes the declarations of the library as one file, which needs no other: dist/cli/library.d.ts. `npm run build` */
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

const [folder = 'dist/cli'] = process.argv.slice(2)
const bundle = await rolldown({
  input: { library: 'src/library/index.ts' },
  plugins: [dts({ emitDtsOnly: true, tsconfig: 'tsconfig.json' })],
  logLevel: 'warn',
})
await bundle.write({ dir: folder, format: 'es' })
