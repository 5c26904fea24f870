// A Dockerfile as `{ instructions: [{ instruction, text, arguments, stage }] }`; `stage` counts FROM from 0, and is -1 before.
import { DockerfileParser } from 'dockerfile-ast';
import type { DataDocument } from './document.ts';

export function readDockerfile(text: string): DataDocument {
  const parsed = DockerfileParser.parse(text);
  const starts = lineStarts(text);
  const offset = ({ line, character }: { line: number; character: number }): number => (starts[line] ?? 0) + character;
  let stage = -1;
  const instructions = parsed.getInstructions().map((one) => {
    const instruction = one.getKeyword().toUpperCase();
    if (instruction === 'FROM') stage += 1;
    const range = one.getRange();
    return {
      value: {
        instruction,
        text: one.getArgumentsContent() ?? '',
        arguments: one.getArguments().map((argument) => argument.getValue()),
        stage,
      },
      span: [offset(range.start), offset(range.end)] as const,
    };
  });
  return {
    value: { instructions: instructions.map(({ value }) => value) },
    spanOf: ([, index]) => (typeof index === 'number' ? instructions[index]?.span : undefined),
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
