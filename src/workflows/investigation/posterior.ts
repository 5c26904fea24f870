// What is believed of where a symptom began, given runs that may be flaky: a posterior over commits and kinds of noise.
// Pure arithmetic; it never decides what to run.

/** How an oracle may err: it fails though nothing is wrong, or passes though something is. */
interface Noise {
  readonly falseFailure: number;
  readonly missedFailure: number;
  readonly weight: number;
}

const steadyRate = 0.002;
const steadyWeight = 0.88;
/** A test that fails without cause is met more often than a fault that shows itself at times only. */
const missedShare = 0.3;
const rates = [steadyRate, 0.1, 0.3, 0.5, 0.7];

const noises: readonly Noise[] = rates.flatMap((falseFailure) =>
  rates.flatMap((missedFailure): Noise[] => {
    // An oracle that fails as often on good commits as on bad ones tells nothing.
    if (falseFailure + missedFailure >= 0.8) return [];
    const isSteady = falseFailure === steadyRate && missedFailure === steadyRate;
    const isFalse = missedFailure === steadyRate;
    const isMissed = falseFailure === steadyRate;
    const share = isFalse ? 1 / 5 : isMissed ? missedShare / 8 : missedShare / 16;
    const weight = isSteady ? steadyWeight : (1 - steadyWeight) * share;
    return [{ falseFailure, missedFailure, weight }];
  }),
);

/** Chance that nothing broke at all: with an oracle that fails by itself, and with one that does not. */
const noneWeight = { flaky: 0.35, steady: 0.0003 };
/** Chance that what is said to have worked did not. */
const olderWeight = 0.05;

export class Posterior {
  /** Commits that may be the culprit; 0 is the newest. */
  readonly size: number;
  /** For each noise, the weights of: nothing broke, each commit from the newest, and older than all of them. */
  readonly #weights: readonly Float64Array[];

  private constructor(size: number, weights: readonly Float64Array[]) {
    this.size = size;
    this.#weights = weights;
    this.#normalise();
  }

  /**
   * What is believed before any run. `hasGood`: there is a commit older than all that is said to be good. `likely`: how the
   * chances of commits to be the culprit compare.
   */
  static before(size: number, hasGood: boolean, likely: readonly number[] = []): Posterior {
    let harmonic = 0;
    for (let index = 0; index < size; index += 1) harmonic += 1 / (index + 2);
    // What broke is likely to have broken lately, which is how a search gallops; and half of the belief is even.
    const share = new Float64Array(size).map(
      (_, index) => (0.5 / size + 0.5 / ((index + 2) * harmonic)) * (likely[index] ?? 1),
    );
    const total = share.reduce((sum, part) => sum + part, 0);
    const weights = noises.map(({ weight, falseFailure }) => {
      const weights = new Float64Array(size + 2);
      const isFalse = falseFailure > steadyRate;
      weights[0] = weight * (isFalse ? noneWeight.flaky : noneWeight.steady);
      for (let index = 0; index < size; index += 1) weights[index + 1] = (weight * (share[index] ?? 0)) / total;
      weights[size + 1] = hasGood ? weight * olderWeight : 0;
      return weights;
    });
    return new Posterior(size, weights);
  }

  /** What would be believed after one more run. */
  after(at: number, hasFailed: boolean): Posterior {
    const after = new Posterior(
      this.size,
      this.#weights.map((weights) => weights.slice()),
    );
    after.observe(at, hasFailed);
    return after;
  }

  /** A run on commit `at` (or, at `size`, on the good end) failed with the symptom, or passed. */
  observe(at: number, hasFailed: boolean): void {
    noises.forEach((noise, kind) => {
      const weights = this.#weights[kind];
      if (weights === undefined) return;
      const ifGood = hasFailed ? noise.falseFailure : 1 - noise.falseFailure;
      const ifBad = hasFailed ? 1 - noise.missedFailure : noise.missedFailure;
      for (let slot = 0; slot < weights.length; slot += 1)
        weights[slot] = (weights[slot] ?? 0) * (slot > at ? ifBad : ifGood);
    });
    this.#normalise();
  }

  /** For each commit, the chance that it is the culprit. */
  culprits(): Float64Array {
    const sum = new Float64Array(this.size);
    for (const weights of this.#weights)
      for (let index = 0; index < this.size; index += 1) sum[index] = (sum[index] ?? 0) + (weights[index + 1] ?? 0);
    return sum;
  }

  /** The chance that nothing broke, and the chance that it broke before everything that was looked at. */
  get none(): number {
    return this.#weights.reduce((sum, weights) => sum + (weights[0] ?? 0), 0);
  }

  get older(): number {
    return this.#weights.reduce((sum, weights) => sum + (weights[this.size + 1] ?? 0), 0);
  }

  /** The chance that the oracle is flaky, and the rates that are expected of it. */
  noise(): { flaky: number; falseFailure: number; missedFailure: number } {
    let [flaky, falseFailure, missedFailure] = [0, 0, 0];
    noises.forEach((noise, kind) => {
      const mass = this.#weights[kind]?.reduce((sum, weight) => sum + weight, 0) ?? 0;
      if (noise.falseFailure > steadyRate || noise.missedFailure > steadyRate) flaky += mass;
      falseFailure += mass * noise.falseFailure;
      missedFailure += mass * noise.missedFailure;
    });
    return { flaky, falseFailure, missedFailure };
  }

  /** The chance that a run on commit `at` fails. */
  failing(at: number): number {
    let chance = 0;
    noises.forEach((noise, kind) => {
      const weights = this.#weights[kind];
      weights?.forEach((weight, slot) => {
        chance += weight * (slot > at ? 1 - noise.missedFailure : noise.falseFailure);
      });
    });
    return chance;
  }

  /** What a run on each commit would tell, in bits; the last is the good end. */
  information(): Float64Array {
    const bits = new Float64Array(this.size + 1);
    const failing = new Float64Array(this.size + 1);
    noises.forEach((noise, kind) => {
      const weights = this.#weights[kind];
      if (weights === undefined) return;
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const [ifBad, ifGood] = [entropy(noise.missedFailure), entropy(noise.falseFailure)];
      let bad = 0;
      for (let at = this.size; at >= 0; at -= 1) {
        bad += weights[at + 1] ?? 0;
        failing[at] = (failing[at] ?? 0) + bad * (1 - noise.missedFailure) + (total - bad) * noise.falseFailure;
        bits[at] = (bits[at] ?? 0) - bad * ifBad - (total - bad) * ifGood;
      }
    });
    return bits.map((known, at) => Math.max(0, entropy(failing[at] ?? 0) + known));
  }

  #normalise(): void {
    const total = this.#weights.reduce((sum, weights) => sum + weights.reduce((part, weight) => part + weight, 0), 0);
    for (const weights of this.#weights)
      for (let slot = 0; slot < weights.length; slot += 1) weights[slot] = (weights[slot] ?? 0) / total;
  }
}

const entropy = (chance: number): number =>
  chance <= 0 || chance >= 1 ? 0 : -chance * Math.log2(chance) - (1 - chance) * Math.log2(1 - chance);
