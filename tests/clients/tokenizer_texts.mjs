// Texts that tokenizers find hard: fixed ones, and random ones of a seed (the same on every machine).
export const fixed = [
  'Hello world', 'The quick brown fox doesn\'t JUMP over the lazy dog.', ' leading and trailing ', '  two  spaces   three',
  'tabs\tand\nnew\r\nlines\n\n\nend\n', 'x = 12345678 + 3.14159e-10; // 50% of $7,890', 'WE\'RE here, I\'M there, they\'LL go; it\u2019s',
  'naïve café Größe Straße ÀÉÎÕÜ ÿ ŒUVRE', 'e\u0301 a\u0308 o\u0302\u0301 \u0041\u030a n\u0303', 'İstanbul ıI ſs ẞ ǅ ΑΣ ς ΟΔΟΣ',
  '日本語のテキスト、中文文本。한국어 문장 株式会社', 'Здравствуй, мир! Γειά σου Κόσμε שלום עולם مرحبا بالعالم नमस्ते दुनिया',
  '👍🏽 👨‍👩‍👧 🇩🇪 ❤️ 😀!', 'ﬁne ½ Ⅷ ㍿ Ａａ… \u00a0nbsp\u3000wide\u200bzero', 'a\u0000b\u0001c\u0007d\u007fe\u0085f\u00adg\ufeffh\ufffdi',
  'one-two--three_four.five,six;seven:eight?nine!ten', '<|endoftext|>x<|eot_id|>y<|eot_id|>>z <s> </s> <mask> [CLS]',
  'a <mask> b<mask>c   <mask>', 'The Dog, the Dogs; Dog-house  tokens  tokens\ttokens <x>  y', 'benchmarking Ġbenchmarking unmerged tokens!',
  'supercalifragilisticexpialidocious antidisestablishmentarianism', '١٢٣ ４５６ ²³ ⅔ Ⅻ 1,234,567', '«guillemets» „quotes“ —dash– … · ¿?',
  '\u{10348}\u{1d11e}\u{20000}\u{e000}', '▁▁meta ▁space ▁', 'def f(x):\n    return x**2\n\n\tif x:\n\t\tpass', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  'https://example.org/path?query=value&other=1#frag', '\r\n\r\n \r\n\t\r\n x', 'word '.repeat(50), '\u0301\u0302 alone', 'ﷺ ⅷ ㎏ ℌ ﬀ',
];

// A generator of its own (mulberry32), so that a seed means the same everywhere.
function generator(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const pieces = [' ', ' ', ' ', '  ', '\n', '\t', '\r\n', '   \n ', 'the', 'token', 'tokens', 'benchmark', 'Dog', 'count', 'is', 'a', 'I', '\'s',
  '\'RE', '\'ll', '1', '23', '4567', '.', ',', '!', '...', '-', '_', '(', ')', '<', '>', '|', '/', '\\', '"', '\'', '#', '$', '%', '&',
  'ä', 'ß', 'é', 'e\u0301', 'İ', 'ſ', 'Ä', 'ñ', '日', '本語', '中', '한국', '가', 'и', 'Ж', 'α', 'Σ', 'ע', 'ش', 'न', 'म\u0947', '👍', '🏽', '👨‍👩‍👧',
  'ﬁ', '½', '\u00a0', '\u3000', '\u200b', '\u200d', '\u0085', '\u2028', '\ufeff', '…', '’', '“', '—', '<s>', '</s>', '<|eot_id|>', '<mask>',
  '[CLS]', '<x>', 'tokens', '▁', 'Ġ', '²', 'Ⅷ', '٣', 'ー', '゛', '\u0301', '\ufe0f', 'x', 'y', 'z', 'q', 'E', 'N'];

export function random(seed, count) {
  const next = generator(seed);
  const texts = [];
  while (texts.length < count) {
    let text = '';
    for (let n = 1 + next(30); n > 0; --n) {
      const kind = next(20);
      if (kind === 0) text += String.fromCodePoint(0x20 + next(0x2e0));
      else if (kind === 1) text += String.fromCharCode(97 + next(26)).repeat(1 + next(5));
      else text += pieces[next(pieces.length)];
    }
    if (text.trim() !== '') texts.push(text);
  }
  return texts;
}
