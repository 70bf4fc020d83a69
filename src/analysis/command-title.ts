/** Formats a command's name as users write it: `CONFIG GET` for `config|get`. */
export function commandTitle(name: string): string {
  return name.replace('|', ' ').toUpperCase()
}
