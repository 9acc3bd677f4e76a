// An answer in parts: prose, and code between fences, whose words are told apart as far as any language has them alike.
export type Kind = 'plain' | 'comment' | 'text' | 'number' | 'word';

export interface Piece {
  readonly kind: Kind;
  readonly text: string;
}

export interface Part {
  readonly code: boolean;
  readonly text: string;
}

const FENCE = /^[ \t]*```[^\n]*$/m;
const PIECES =
  /(?<comment>\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<text>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?)|(?<number>\b\d[\w.]*)|(?<word>\b(?:and|async|await|break|case|catch|class|const|continue|def|do|elif|else|enum|except|export|extends|false|finally|fn|for|from|func|function|if|impl|import|in|interface|is|lambda|let|match|mut|new|nil|None|not|null|or|package|pass|pub|public|private|raise|return|self|static|struct|switch|this|throw|true|True|False|try|type|use|using|var|void|while|with|yield)\b)/g;

/** Without the fences; one that is not closed goes to the end. */
export function partsOf(answer: string): Part[] {
  return answer
    .split(FENCE)
    .map((text, i) => ({ code: i % 2 === 1, text: i % 2 === 1 ? text.replace(/^\n|\n$/g, '') : text }))
    .filter((part) => part.text.trim() !== '');
}

export function piecesOf(code: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of code.matchAll(PIECES)) {
    if (found.index > at) pieces.push({ kind: 'plain', text: code.slice(at, found.index) });
    const [kind = 'plain'] = Object.entries(found.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    pieces.push({ kind: kind as Kind, text: found[0] });
    at = found.index + found[0].length;
  }
  if (at < code.length) pieces.push({ kind: 'plain', text: code.slice(at) });
  return pieces;
}
