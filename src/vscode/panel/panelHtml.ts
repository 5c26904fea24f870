// The page of the panel: a strict content security policy, one script and one style sheet.

export function panelHtml(parts: {
  readonly script: string;
  readonly style: string;
  readonly source: string;
  readonly nonce: string;
  readonly title: string;
}): string {
  const { script, style, source, nonce, title } = parts;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}'`,
    `font-src ${source} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}" id="vscode-codicon-stylesheet" nonce="${nonce}">
<title>${title}</title>
</head>
<body>
<ratchet-panel></ratchet-panel>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
