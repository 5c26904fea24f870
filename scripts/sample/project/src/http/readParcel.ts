// From a request's JSON to a parcel. What is missing takes its default; what is wrong is told by the domain.
import type { Parcel } from '../domain/parcel.ts';

export function readParcel(body: unknown): Parcel {
  const value = typeof body === 'object' && body !== null ? body : {};
  const number = (key: string, fallback: number): number => {
    const given: unknown = Reflect.get(value, key);
    return typeof given === 'number' ? given : fallback;
  };
  const text = (key: string): string => {
    const given: unknown = Reflect.get(value, key);
    return typeof given === 'string' ? given.toUpperCase() : '';
  };
  return {
    weightGrams: number('weightGrams', 0),
    lengthCm: number('lengthCm', 30),
    widthCm: number('widthCm', 20),
    heightCm: number('heightCm', 10),
    from: text('from'),
    to: text('to'),
    declaredValue: number('declaredValue', 0),
  };
}
