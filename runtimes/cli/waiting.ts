/** What was asked for and waits for a second person, in words. */

export interface Waiting {
  readonly id: string
  readonly expires: string
  readonly needs: string
}

export function tellWaiting({ id, expires, needs }: Waiting): string {
  return [
    `Nothing has changed yet: another identity with the role ${needs} has until ${expires.slice(0, 19)}Z.`,
    `They confirm it with: ark approvals approve ${id} --reason TEXT --as FILE`,
  ].join('\n')
}
