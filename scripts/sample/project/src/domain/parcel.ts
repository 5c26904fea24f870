// A parcel as it is offered for shipping, checked once, at the border of the domain.

export interface Parcel {
  readonly weightGrams: number;
  readonly lengthCm: number;
  readonly widthCm: number;
  readonly heightCm: number;
  readonly from: string;
  readonly to: string;
  /** What the sender says it is worth, in cents; 0 without insurance. */
  readonly declaredValue: number;
}

export const maxWeightGrams = 31_500;
export const maxLengthCm = 200;

/** Everything that is wrong with a parcel; empty when it can be shipped. */
export function parcelProblems(parcel: Parcel): string[] {
  const problems: string[] = [];
  if (!(parcel.weightGrams > 0)) problems.push('weightGrams must be above 0');
  if (parcel.weightGrams > maxWeightGrams) problems.push(`weightGrams must be at most ${maxWeightGrams}`);
  if (Math.max(parcel.lengthCm, parcel.widthCm, parcel.heightCm) > maxLengthCm)
    problems.push(`no side may be longer than ${maxLengthCm} cm`);
  if (!/^[A-Z]{2}$/.test(parcel.from)) problems.push('from must be a country code');
  if (!/^[A-Z]{2}$/.test(parcel.to)) problems.push('to must be a country code');
  if (!(parcel.declaredValue >= 0)) problems.push('declaredValue must not be negative');
  return problems;
}

/** Length plus twice the other sides, in centimetres. */
export function girthCm({ lengthCm, widthCm, heightCm }: Parcel): number {
  const [longest = 0, ...others] = [lengthCm, widthCm, heightCm].sort((a, b) => b - a);
  return longest + 2 * others.reduce((sum, side) => sum + side, 0);
}
