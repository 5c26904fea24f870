// Answers of a schema from models that give text alone: what they are told, and how what they said is read. Trusts nothing.
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import { failure, type Result, success } from '../../protocol/result.ts';

/** What is added to a prompt whose answer must fit a schema. */
export const answerRule = (schema: z.ZodType): string =>
  `Answer with one JSON value and nothing else, no words before or after it. It must fit this JSON schema:\n${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }))}`;

/** What is said when an answer did not fit. */
export const repairText = (answer: string, problem: string): string =>
  `You answered:\n${answer === '' ? '(nothing)' : answer}\n\n${problem}\nAnswer again, with the JSON alone.`;

export function parseTextAnswer<T>(schema: z.ZodType<T>, text: string): Result<T> {
  const candidates = candidatesIn(text);
  const values = candidates.map(parseJson).filter((value) => value !== undefined);
  if (values.length === 0) return failure('invalidAnswer', 'The answer is not JSON.');
  const parsed = values.map((value) => schema.safeParse(value));
  const fitting = parsed.find(({ success: fits }) => fits);
  if (fitting?.success === true) return success(fitting.data);
  const issues = (parsed[0]?.error?.issues ?? [])
    .slice(0, 8)
    .map((issue) => `${issue.path.join('.') || 'answer'}: ${issue.message}`);
  return failure('invalidAnswer', `The answer does not fit the schema: ${issues.join('; ')}`);
}

/** The whole text, what stands in fences, and what stands between the first and the last brace. */
function candidatesIn(text: string): string[] {
  const fenced = [...text.matchAll(/```(?:json)?\s*\n([\s\S]*?)\n\s*```/g)].map(([, inner = '']) => inner);
  const [first, last] = [text.indexOf('{'), text.lastIndexOf('}')];
  const braced = first >= 0 && last > first ? [text.slice(first, last + 1)] : [];
  return [text.trim(), ...fenced, ...braced];
}
