// How much each matcher of the JavaScript test libraries pins down: vitest, jest, chai, should, node:assert, tap, ava.
import { strengths } from '../factSchemas.ts';

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

const byStrength: readonly (readonly [number, string[]])[] = [
  [strengths.strict, words('toStrictEqual strictEqual deepStrictEqual strictSame')],
  [
    strengths.exact,
    words(`toBe toEqual toMatchSnapshot toMatchInlineSnapshot toMatchFileSnapshot toThrowErrorMatchingSnapshot
      toThrowErrorMatchingInlineSnapshot toHaveBeenCalledWith toHaveBeenLastCalledWith toHaveBeenNthCalledWith
      toHaveBeenCalledExactlyOnceWith lastCalledWith nthCalledWith toBeCalledWith calledWith calledWithExactly
      calledOnceWithExactly toHaveReturnedWith toHaveLastReturnedWith toHaveNthReturnedWith toBeNull toBeUndefined toBeNaN
      equal equals deepEqual same is eq eql eqls null undefined true false NaN not_ok snapshot fail ifError error
      toEqualTypeOf notThrow notThrows doesNotThrow doesNotReject doesNotMatch toHaveText toHaveValue toHaveTextContent`),
  ],
  [
    strengths.partial,
    words(`toContain toContainEqual toMatch toMatchObject toHaveLength toBeGreaterThan toBeGreaterThanOrEqual toBeLessThan
      toBeLessThanOrEqual toBeInstanceOf toBeTypeOf toHaveBeenCalledTimes toHaveBeenCalledOnce toBeCloseTo toThrow toThrowError
      toBeOneOf toHaveProperty include includes contain contains match matches lengthOf length property ownProperty instanceof
      instanceOf above below least most within closeTo approximately gt gte lt lte isAbove isBelow isAtLeast isAtMost throws
      throw rejects like calledOnce callCount partialDeepStrictEqual keys members oneOf string a an typeOf
      toBeVisible toHaveURL toHaveTitle toHaveCount toHaveAttribute toHaveClass`),
  ],
  [
    strengths.presence,
    words(`toBeTruthy toBeFalsy toBeDefined toHaveBeenCalled toHaveBeenCalledOnce_ toBeCalled toHaveReturned toBeAny toBeUnknown ok assert truthy
      falsy exist exists isOk isNotOk called notNull pass_ toBeInTheDocument isDefined isNotNull toSatisfy satisfies toResolve
      not notEqual notStrictEqual notDeepEqual notDeepStrictEqual isNot notSame isArray isObject isFunction isString empty`),
  ],
];
const known: ReadonlyMap<string, number> = new Map(
  byStrength.flatMap(([strength, names]) => names.map((name) => [name, strength] as const)),
);

export const strengthOfMatcher = (name: string): number | undefined => known.get(name);

/** Methods of `t` and `assert` that assert; others of the same object arrange the test. */
export const isAssertMethod = (name: string): boolean => known.has(name) || /^(?:is|not|does)[A-Z]/.test(name);

/** Matchers that say less without their argument. */
export const needsArgument = new Set([
  'toThrow',
  'toThrowError',
  'throws',
  'throw',
  'rejects',
  'toHaveProperty',
  'property',
]);

/** Functions of a project that are named for asserting. */
export const namedForAsserting = /^(?:assert|expect|should|verify|must|ensure|check)(?:[A-Z_]\w*)?$/;
