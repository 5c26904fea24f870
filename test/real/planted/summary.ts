// What all planted regressions together say, in lines for a person.
import type { Bisected, Played } from './play.ts';

export function summaryOf(played: readonly Played[]): string {
  const found = played.filter(({ isFound }) => isFound);
  const one = played.flatMap(({ bisect, culpritMs }) => (bisect === null ? [] : [{ bisect, culpritMs }]));
  const whole = played.flatMap(({ bisectWhole: bisect, culpritMs }) =>
    bisect === null ? [] : [{ bisect, culpritMs }],
  );
  const beyond = mean(played.map(({ runs, planted }) => runs - Math.log2(planted.commits)));
  const libraries = new Set(played.map(({ planted }) => planted.repository)).size;
  return [
    `${played.length} planted regressions in ${libraries} libraries: ${found.length} found.`,
    `Runs: ${mean(played.map(({ runs }) => runs)).toFixed(1)} on average, log2(n) + ${beyond.toFixed(1)}.`,
    `Time to the culprit: median ${seconds(median(played.map(({ culpritMs }) => culpritMs)))}.`,
    `Hunks: median ${seconds(median(played.flatMap(({ hunksMs }) => hunksMs ?? [])))} more.`,
    `git bisect run with the one test file: ${comparison(one)}.`,
    `git bisect run with all tests: ${comparison(whole)}.`,
  ].join('\n');
}

function comparison(played: readonly { readonly bisect: Bisected; readonly culpritMs: number }[]): string {
  if (played.length === 0) return 'not measured';
  const theirs = played.reduce((sum, { bisect }) => sum + bisect.ms, 0);
  const ours = played.reduce((sum, { culpritMs }) => sum + culpritMs, 0);
  const found = played.filter(({ bisect }) => bisect.isFound).length;
  const times = median(played.map(({ bisect, culpritMs }) => bisect.ms / culpritMs));
  return `${found} of ${played.length} found, ${seconds(theirs)} against ${seconds(ours)} in sum, ${times.toFixed(2)} times in the median`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
