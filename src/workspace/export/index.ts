import { aclFileText } from './acl-file'
import { accessStrings, terraform } from './cloud'
import { clusterScript, confLines, setUserCommands } from './commands'
import type { ExportFormat, ExportNote, ExportOptions, Exported } from './types'

export { exportFormats } from './types'
export type { ExportFormat, Exported } from './types'

const files: Readonly<Record<ExportFormat, readonly [name: string, mediaType: string]>> = {
  'acl-file': ['users.acl', 'text/plain'],
  'acl-setuser': ['users.redis', 'text/plain'],
  'acl-setuser-cluster': ['users.sh', 'text/x-shellscript'],
  'redis-conf': ['users.conf', 'text/plain'],
  'access-string': ['access-string.txt', 'text/plain'],
  kubernetes: ['users-secret.yaml', 'application/yaml'],
  ansible: ['users.yaml', 'application/yaml'],
  terraform: ['users.tf', 'text/plain'],
}

interface Part {
  readonly text: string
  readonly notes: readonly ExportNote[]
}

/**
 * Exports users. Passwords are always SHA-256 hashes, and each user starts from nothing, so that existing users do not
 * matter. Notes list what the format cannot hold. Rejects only where the YAML chunk cannot be loaded.
 */
export async function exportUsers(format: ExportFormat, options: ExportOptions): Promise<Exported> {
  const [fileName, mediaType] = files[format]
  const { text, notes } = await write(format, options)
  return { format, text, fileName, mediaType, notes }
}

async function write(format: ExportFormat, options: ExportOptions): Promise<Part> {
  const { users, target } = options
  switch (format) {
    case 'acl-file':
      return aclFileText(options)
    case 'acl-setuser':
      return setUserCommands(options)
    case 'acl-setuser-cluster':
      return clusterScript(options)
    case 'redis-conf':
      return confLines(options)
    case 'access-string':
      return accessStrings(users)
    case 'terraform':
      return terraform(users, target)
    case 'kubernetes':
    case 'ansible': {
      const { secretYaml, ansibleYaml } = await import('./yaml')
      const { text, notes } = aclFileText(options)
      return { text: (format === 'kubernetes' ? secretYaml : ansibleYaml)(text, target), notes }
    }
  }
}
