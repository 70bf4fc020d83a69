import { INVISIBLE } from './visible'

/** Returns a text as a quoted string of HCL, the language of Terraform: a template without sequences. */
export function hclString(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    // Not $${: what stands before could be a dollar sign too.
    .replace(/(?<=[$%])\{/g, '\\u007b')
    .replace(INVISIBLE, (char) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`)
  return `"${escaped}"`
}
