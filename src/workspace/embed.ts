/** Returns true where a page's query (`location.search`) asks for the form that is embedded in other pages. */
export function isEmbed(search: string): boolean {
  return new URLSearchParams(search).has('embed')
}
