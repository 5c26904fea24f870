// What the Messages API refuses in a conversation, as far as it is documented: the fake server refuses the same.

interface Block {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  readonly input?: unknown;
  readonly tool_use_id?: unknown;
  readonly signature?: unknown;
  readonly cache_control?: unknown;
}

interface Conversation {
  readonly system?: readonly Block[] | undefined;
  readonly messages: readonly { readonly role: string; readonly content?: unknown }[];
}

const marksAllowed = 4;

/** null for a request that would be accepted. */
export function problemOf({ system = [], messages }: Conversation): string | null {
  const contents = messages.map(({ content }): readonly Block[] =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : Array.isArray(content) ? content : [],
  );
  const all = [...system, ...contents.flat()];
  const marks = all.filter(({ cache_control }) => cache_control !== undefined);
  if (marks.length > marksAllowed)
    return `A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`;
  if (marks.some(({ type }) => type === 'thinking')) return 'thinking blocks cannot have cache_control';
  if (messages[0]?.role !== 'user') return 'messages: first message must use the user role';
  for (const [index, content] of contents.entries()) {
    const problem = problemOfMessage(content, contents[index + 1] ?? null, messages[index + 1]?.role, index);
    if (problem !== null) return problem;
  }
  const ids = all.flatMap(({ type, id }) => (type === 'tool_use' ? [id] : []));
  return new Set(ids).size === ids.length ? null : 'messages: `tool_use` ids must be unique';
}

function problemOfMessage(
  content: readonly Block[],
  next: readonly Block[] | null,
  nextRole: string | undefined,
  index: number,
): string | null {
  const at = `messages.${index}`;
  if (content.length === 0) return `${at}: all messages must have non-empty content`;
  for (const block of content) {
    if (block.type === 'text' && block.text === '') return `${at}: text content blocks must be non-empty`;
    if (block.type === 'thinking' && typeof block.signature !== 'string')
      return `${at}: thinking.signature: Field required`;
    if (block.type !== 'tool_use') continue;
    if (typeof block.name !== 'string' || !/^[\w-]{1,128}$/.test(block.name)) return `${at}: tool_use.name: invalid`;
    if (typeof block.id !== 'string' || !/^[\w-]+$/.test(block.id)) return `${at}: tool_use.id: invalid`;
    if (typeof block.input !== 'object' || block.input === null || Array.isArray(block.input))
      return `${at}: tool_use.input: Input should be a valid dictionary`;
  }
  const called = content.flatMap(({ type, id }) => (type === 'tool_use' ? [id] : []));
  const answered = (next ?? []).flatMap(({ type, tool_use_id }) => (type === 'tool_result' ? [tool_use_id] : []));
  if (called.length > 0 && (nextRole !== 'user' || called.some((id) => !answered.includes(id))))
    return `${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after`;
  return answered.some((id) => !called.includes(id))
    ? `${at}: unexpected \`tool_use_id\` found in \`tool_result\``
    : null;
}
