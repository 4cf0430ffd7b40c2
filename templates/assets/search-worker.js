/* Searches the archive's shards, in the background, and is asked by search.js. The searching itself is Pagefind's
 * (search/engine/); how it comes by its files is told here: a shard's are zlib streams, several pages share one, and
 * all shards of a language share the WebAssembly.
 */
const AT_ONCE = 8; // shards that are asked at the same time
const EAST = /([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}])/gu;
const RANKING = { metaWeights: { title: 6, author: 2, source: 1, tag: 2 } };
const SIGNATURE = 12; // bytes before what Pagefind compresses

let base; // the URL of search/
let manifest; // a promise of the list of shards
let newest = 0; // the run that counts
let loading = Promise.resolve(); // of what the reader sees
const engines = new Map(); // language → promise of Pagefind's class for its shards, with the stemmer of the language

async function unpacked(url, format, priority = "auto") {
  const response = await fetch(url, { priority });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const data = new Uint8Array(await response.arrayBuffer());
  // A server may have unpacked it on the way.
  const packed = format === "gzip" ? data[0] === 0x1f && data[1] === 0x8b : data[0] === 0x78;
  if (!packed) return data;
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function listed() {
  const response = await fetch(`${base}shards.json`);
  if (!response.ok) throw new Error(`shards.json: ${response.status}`);
  const list = await response.json();
  list.shards = list.shards.map(([language, folder, first, last, part, count, digest], number) => ({
    number, language, folder, first, last, part, count, digest,
  }));
  return list;
}

const file = (shard, name, priority) => unpacked(`${base}${shard.folder}/${name}?v=${shard.digest}`, "deflate", priority);
const imported = (language) => import(`${base}engine/pagefind.js?${language}`);

/* What a shard says of itself, in Pagefind's form, which is CBOR. Its pages and the pieces of its index are numbered, a
 * filter is called what it is: so names need not be loaded.
 */
function pagefindsForm({ version, lengths, pieces, filters, fields }) {
  const bounds = [];
  for (let at = 0; at < pieces.length; at += 2) bounds.push([pieces[at], pieces[at + 1], String(at / 2)]);
  return Uint8Array.from(cbor([
    version,
    lengths.map((length, page) => [String(page), length]),
    bounds,
    filters.map((name) => [name, name]),
    [],
    fields,
  ]));
}

const utf8 = new TextEncoder();
function cbor(value, out = []) {
  const head = (kind, size) => {
    if (size < 24) out.push(kind + size);
    else if (size < 0x100) out.push(kind + 24, size);
    else if (size < 0x10000) out.push(kind + 25, size >> 8, size & 255);
    else out.push(kind + 26, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255);
  };
  if (typeof value === "number") head(0x00, value);
  else if (typeof value === "string") {
    const bytes = utf8.encode(value);
    head(0x60, bytes.length);
    out.push(...bytes);
  } else {
    head(0x80, value.length);
    for (const each of value) cbor(each, out);
  }
  return out;
}

const read = (data) => JSON.parse(new TextDecoder().decode(data));

/* Pagefind for the shards of one language. A module has one WebAssembly memory, so each language has a module. */
async function made(language) {
  const { version, form, pack } = await manifest;
  const [{ Index, engine }, wasm] = await Promise.all([
    imported(language),
    unpacked(`${base}engine/${language}.pf_wasm?v=${version}.${form}`, "gzip"),
  ]);
  await engine({ module_or_path: wasm.subarray(SIGNATURE) });
  return class extends Index {
    constructor(shard, about, options) {
      super({ ...options, basePath: "/", baseUrl: "/" });
      this.shard = shard;
      this.about = about;
      this.packs = new Map();
    }

    async loadEntry() {
      this.languages = { [language]: { hash: "", wasm: language, page_count: this.shard.count } };
      this.includeCharacters = [];
    }

    async loadMeta() {
      this.searchMeta = pagefindsForm(read(await this.about));
    }

    async piece(name, method) {
      const data = await file(this.shard, name);
      await loading; // before searching, which nothing can interrupt
      this.raw_ptr = this.backend[method](await this.getPtr(), data);
    }

    loadChunk(name) {
      return (this.loaded_chunks[name] ||= this.piece(`index/${name}.pf_index`, "load_index_chunk"));
    }

    loadFilterChunk(name) {
      return (this.loaded_filters[name] ||= this.piece(`filter/${name}.pf_filter`, "load_filter_chunk"));
    }

    async _loadFragment(name) {
      const number = Number(name);
      const at = Math.floor(number / pack);
      if (!this.packs.has(at)) this.packs.set(at, file(this.shard, `pack/${at}.pf_pack`, "high").then(read));
      return (await this.packs.get(at))[number % pack];
    }
  };
}

function kept(map, key, make) {
  if (!map.has(key)) {
    const made_ = make();
    made_.catch(() => map.delete(key));
    map.set(key, made_);
  }
  return map.get(key);
}

/* A shard, ready to be searched. */
const indexes = new Map();
const opened = (shard) => kept(indexes, shard, async () => {
  const about = file(shard, "shard.pf_meta"); // on its way while the engine is
  about.catch(() => {});
  const Shard = await kept(engines, shard.language, () => made(shard.language));
  const index = new Shard(shard, about, { excerptLength: /^(zh|ja)$/.test(shard.language) ? 60 : 32, ranking: RANKING });
  await index.init(shard.language, { load_wasm: false });
  await index.enterPlaygroundMode(); // which tells for each result by which words of the index it was found
  return index;
});

/* The pages of a shard that are found: number → what Pagefind gives for it. Letters of Chinese and Japanese are words
 * of their own in the index, so what is written together is searched as a phrase. */
async function found(shard, asked) {
  const index = await opened(shard);
  const options = { filters: filters(shard, asked) };
  const spaced = asked.q.replace(EAST, " $1 ").trim();
  const results = new Map();
  const { results: all, query_term_idfs: sought = [] } = await index.search(spaced || null, options);
  for (const result of all) if (meets(result, sought)) results.set(Number(result.id), result);
  if (results.size && !/^".*"$/.test(spaced)) {
    for (const run of asked.q.split(/\s+/)) {
      const letters = run.replace(EAST, " $1 ").trim().split(/\s+/);
      if (letters.length < 2 || run.search(EAST) < 0) continue;
      const phrase = new Set((await index.search(`"${letters.join(" ")}"`, options)).results.map((each) => Number(each.id)));
      for (const id of results.keys()) if (!phrase.has(id)) results.delete(id);
    }
  }
  return results;
}

/* Whether a page has all the words. Where no word begins like one that is sought, Pagefind takes what that one begins
 * like ("was" for "water"), and of several words it drops those that nothing has. */
function meets(result, sought) {
  const words = [...(result.scores || []).map((score) => score.search_term), ...(result.verbose_meta_scores || []).flatMap((score) => score.matched_terms)];
  return sought.every(({ term }) => words.some((word) => word.startsWith(term)));
}

function filters(shard, asked) {
  const chosen = {};
  for (const name of ["tag", "author", "source", "section"]) if (asked[name]) chosen[name] = asked[name];
  const from = asked.from || "0000";
  const to = asked.to || "9999";
  if ((asked.from || asked.to) && shard.first && (shard.first < from || shard.last > to)) {
    const years = [];
    for (let year = Math.max(Number(from), Number(shard.first)); year <= Math.min(Number(to), Number(shard.last)); year++) years.push(String(year).padStart(4, "0"));
    chosen.year = { any: years };
  }
  return chosen;
}

function wanted(shard, asked) {
  if (asked.language && shard.language !== asked.language) return false;
  if (!asked.from && !asked.to) return true;
  return shard.first !== "" && shard.last >= (asked.from || "0000") && shard.first <= (asked.to || "9999");
}

async function search(run, asked) {
  newest = run;
  const { shards } = await manifest;
  const later = (one, other) => (one.last < other.last ? 1 : one.last > other.last ? -1 : one.number - other.number);
  const waiting = shards.filter((shard) => wanted(shard, asked)).sort(later);
  const total = waiting.length;
  let asking = 0;
  const next = async () => {
    for (let shard; newest === run && (shard = waiting.shift()); await loading) {
      let hits = [];
      try {
        const results = await found(shard, asked);
        shard.found = { run, results };
        hits = [...results].map(([number, result]) => [number, result.score]);
      } catch (error) {
        postMessage({ run, fault: String(error) });
      }
      asking += 1;
      if (newest === run) postMessage({ run, shard: shard.number, stream: `${shard.language}.${shard.part}`, dated: shard.first !== "", hits, left: total - asking, last: shard.last });
    }
  };
  if (!total) postMessage({ run, hits: [], left: 0 });
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/* While texts of results are loaded no further shard is begun: readers wait for those. */
function load(...what) {
  loading = Promise.all([loading, loaded(...what)]);
}

async function loaded(ticket, run, number, page) {
  const shard = (await manifest).shards[number];
  try {
    if (shard.found.run !== run) throw new Error("asked for something else since");
    const { meta, excerpt } = await shard.found.results.get(page).data();
    postMessage({ ticket, data: { ...meta, excerpt } });
  } catch (error) {
    postMessage({ ticket, fault: String(error) });
  }
}

addEventListener("message", ({ data }) => {
  if (data.base) {
    base = data.base;
    manifest = listed();
    if (data.language) imported(data.language).catch(() => {}); // most are of this one; the list is still on its way
    manifest.then(
      ({ shards }) => shards.slice(0, AT_ONCE).forEach((shard) => opened(shard).catch(() => {})),
      (error) => postMessage({ broken: String(error) }),
    );
  } else if (data.asked) {
    search(data.run, data.asked).catch((error) => postMessage({ run: data.run, broken: String(error) }));
  } else {
    load(data.ticket, data.run, data.shard, data.page);
  }
});
