// The text of whatever was thrown.
export const failureMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));
