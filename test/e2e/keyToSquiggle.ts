// From the key that makes a line break a rule to the squiggle under it, on the clock of the page: the way between the test and
// the browser is not counted.
import { until, type Workbench } from './workbench.ts';

const watch = `globalThis.ratchetShown = new Promise((resolve) => {
  let pressed = 0;
  addEventListener('keydown', ({ key }) => { if (key === '/') pressed ||= performance.now(); }, { capture: true });
  new MutationObserver((_, observer) => {
    if (pressed === 0 || document.querySelector('.monaco-editor .squiggly-error') === null) return;
    observer.disconnect();
    resolve(performance.now() - pressed);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}); undefined`;

/** Comments the line of the cursor, which has a squiggle, and brings it back. In milliseconds, sorted. */
export async function keyToSquiggle({ page }: Workbench, rounds: number): Promise<number[]> {
  const times: number[] = [];
  const squiggle = page.locator('.monaco-editor .squiggly-error');
  for (let round = 0; round < rounds; round += 1) {
    await page.keyboard.press('Control+/');
    await until('the comment breaks no rule', async () => (await squiggle.count()) === 0);
    await page.evaluate(watch);
    await page.keyboard.press('Control+/');
    times.push(await page.evaluate<number>('globalThis.ratchetShown'));
  }
  return times.sort((a, b) => a - b);
}
