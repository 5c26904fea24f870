// A rule that a person can break by one word, with its fix.
export const chanceRule = `version: 1
rules:
  - id: domain/no-chance
    kind: select
    message: Take the chance as an argument.
    rationale: A price that depends on chance cannot be tested.
    files: ["src/domain/**/*.ts"]
    selector: CallExpression[callee.object.name="Math"][callee.property.name="random"]
    fix: { find: "Math\\\\.random", replace: "chance" }
`;
