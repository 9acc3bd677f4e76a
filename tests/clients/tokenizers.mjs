// tokenizers.mjs <tokentrial> <folder of tokenizer.json files> [random texts] [seed]: our ids against those of
// Hugging Face's own library. Prints a line a file; exit code 1 where one text differs.
// tokenizers.mjs --vectors <folder>: writes the fixed texts' reference ids to vectors.jsonl there.
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import tokenizers from 'tokenizers';
import {fixed, random} from './tokenizer_texts.mjs';

const files = (folder) => fs.readdirSync(folder).filter((f) => f.endsWith('.json')).sort();
const reference = async (tokenizer, text) =>
  [...(await tokenizer.encode(text, null, {addSpecialTokens: false})).getIds()];

async function vectors(folder) {
  let lines = '';
  for (const file of files(folder)) {
    const tokenizer = tokenizers.Tokenizer.fromFile(path.join(folder, file));
    for (const text of [...fixed, '', ' ', '\n\n', '   ', ...random(1, 12)]) {
      lines += JSON.stringify({file, text, ids: await reference(tokenizer, text)}) + '\n';
    }
  }
  fs.writeFileSync(path.join(folder, 'vectors.jsonl'), lines);
}

async function compare(program, folder, count, seed) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'tokentrial-'));
  const prompts = path.join(scratch, 'texts.jsonl');
  const texts = [...fixed, ...random(seed, count)];
  fs.writeFileSync(prompts, texts.map((t) => JSON.stringify(t) + '\n').join(''));
  let failed = 0;
  for (const file of files(folder)) {
    const whole = path.join(folder, file);
    const tokenizer = tokenizers.Tokenizer.fromFile(whole);
    const words = ['tokens', whole, '--prompts', prompts, '--ids', '--json'];
    const ours = JSON.parse(execFileSync(program, words, {maxBuffer: 1 << 28})).ids;
    let wrong = 0;
    for (let i = 0; i < texts.length; ++i) {
      const theirs = await reference(tokenizer, texts[i]);
      if (JSON.stringify(theirs) === JSON.stringify(ours[i])) continue;
      if (++wrong <= 3) {
        console.log(`${file}: ${JSON.stringify(texts[i])}\n  theirs ${theirs}\n  ours   ${ours[i]}`);
      }
    }
    console.log(`${file}: ${texts.length - wrong} of ${texts.length} texts alike`);
    if (wrong > 0) failed = 1;
  }
  fs.rmSync(scratch, {recursive: true});
  process.exit(failed);
}

const [first, folder, count = '500', seed = '7'] = process.argv.slice(2);
if (first === '--vectors') await vectors(folder);
else await compare(first, folder, Number(count), Number(seed));
