/**
 * One after another: for acts that look before they speak, so that two of them cannot both see the same room.
 */

export function createTurnstile(): (work: () => Promise<Response>) => Promise<Response> {
  let before: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = before.then(work)
    before = mine.catch(() => undefined)
    return mine
  }
}
