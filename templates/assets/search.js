/* The search page: what is asked stands in the address, results come as they are found, the newest first asked.
 *
 * Two ways of searching give the same kind of results. The archive's text is searched by search-worker.js. Where there
 * is no such index, or a page was opened from a disk and may fetch nothing, the titles are, which are scripts.
 */
"use strict";
(() => {
  const PAGE = 10;
  const SOON = 250; // ms until results are drawn; then twice as long each time, while more come
  const LATE = 1000;
  const TITLES_WANTED = 60;
  const root = document.getElementById("search");
  const words = JSON.parse(root.dataset.words);
  const form = root.querySelector("form");
  const field = form.elements.q;
  const narrowing = root.querySelector("details");
  const list = root.querySelector("ol");
  const status = root.querySelector("[role=status]");
  const note = root.querySelector(".note");
  const more = root.querySelector(".more");
  const template = root.querySelector("template");
  const site = new URL(".", location.href);
  const titles = root.dataset.titles.split(" ").filter(Boolean).map((each) => {
    const [name, first, last] = each.split(":");
    return { name, first, last };
  });
  const NAMES = ["q", "sort", "from", "to", "language", "source", "section", "tag", "author"];
  const EAST = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const TOGETHER = new RegExp(`([${EAST}\\u3000-\\u303f\\uff00-\\uffef]) ?(</mark>)? ?(<mark>)?(?=[${EAST}\\u3000-\\u303f\\uff00-\\uffef])`, "gu");

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const said = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = (count) => count.toLocaleString(document.documentElement.lang);

  // -- what is asked

  /* Names of topics and writers are typed; the index knows them by their keys. */
  function keyOf(input) {
    const typed = input.value.trim();
    const option = input.list && [...input.list.options].find((each) => fold(each.value) === fold(typed));
    return option ? option.dataset.key : typed.normalize("NFC").toLowerCase();
  }

  function asked() {
    const found = {};
    for (const name of NAMES) {
      const input = form.elements[name];
      found[name] = input ? (input.list ? keyOf(input) : input.value.trim()) : "";
    }
    return found;
  }

  const isNarrowed = (what) => NAMES.some((name) => name !== "q" && name !== "sort" && what[name]);
  const isAsked = (what) => isNarrowed(what) || new RegExp(`[${EAST}]`, "u").test(what.q) || what.q.replace(/[^\p{L}\p{N}]/gu, "").length > 1;

  function toAddress(push) {
    const address = new URL(location.href);
    address.search = "";
    for (const name of NAMES) {
      const value = form.elements[name] ? form.elements[name].value.trim() : "";
      if (value && !(name === "sort" && value === form.elements.sort.options[0].value)) address.searchParams.set(name, value);
    }
    if (address.href !== location.href) history[push ? "pushState" : "replaceState"](null, "", address);
    document.title = field.value.trim() ? `${field.value.trim()} · ${root.dataset.title}` : root.dataset.title;
  }

  function fromAddress() {
    const given = new URLSearchParams(location.search);
    for (const name of NAMES) {
      const input = form.elements[name];
      if (!input) continue;
      const value = given.get(name) || "";
      if (input.options && ![...input.options].some((option) => option.value === value)) input.selectedIndex = 0;
      else input.value = value;
    }
    if (narrowing) narrowing.open = narrowing.open || isNarrowed(asked());
  }

  // -- the two ways of searching: each tells `part(hits, left)` of what it found so far

  let worker = null;
  const tickets = new Map();
  let part = () => {};
  let giveUp = () => {};

  function startWorker() {
    worker = new Worker(new URL("assets/search-worker.js", site), { type: "module" });
    worker.addEventListener("error", () => giveUp());
    worker.addEventListener("message", ({ data }) => {
      if (data.broken) giveUp();
      else if (data.ticket) {
        const { resolve, reject } = tickets.get(data.ticket);
        tickets.delete(data.ticket);
        if (data.fault) reject(new Error(data.fault));
        else resolve(data.data);
      } else if (data.run === run && data.hits) {
        const hits = data.hits.map(([page, score]) => ({
          key: `${data.shard}/${page}`, score, shard: data.shard, page, stream: data.dated ? data.stream : `${data.stream}.undated`, dated: data.dated,
          load: () => loaded(data.run, data.shard, page),
        }));
        part(hits, data.left);
      }
    });
    worker.postMessage({ base: new URL("search/", site).href, language: root.dataset.language });
  }

  let ticket = 0;
  function loaded(of, shard, page) {
    return new Promise((resolve, reject) => {
      tickets.set(++ticket, { resolve, reject });
      worker.postMessage({ ticket, run: of, shard, page });
    });
  }

  const rows = new Map(); // name of a file of titles → its rows
  globalThis.backissueTitles = (name, found) => rows.set(name, found.map(([title, path, date, source, lang]) => ({ title, path, date, source, lang, text: fold(`${title} ${source}`) })));

  function script(name) {
    return new Promise((resolve) => {
      if (rows.has(name)) return resolve();
      const element = document.createElement("script");
      element.src = new URL(`search/titles-${name}.js`, site).href;
      element.onload = element.onerror = () => { element.remove(); resolve(); };
      document.head.append(element);
    });
  }

  async function searchTitles(of, what) {
    const sought = fold(what.q.replace(/["“”„«»]/g, "")).split(/\s+/).filter(Boolean);
    const from = what.from || "0000";
    const to = what.to || "9999";
    const narrow = Boolean(what.from || what.to);
    const files = titles.filter((file) => (file.first ? file.last >= from && file.first <= to : !narrow));
    if (what.sort === "oldest") files.sort((one, other) => !one.first - !other.first || (one.first < other.first ? -1 : 1));
    let count = 0;
    for (let at = 0; at < files.length && of === run; at++) {
      if (count >= wanted && count >= TITLES_WANTED) {
        await new Promise((resolve) => { goOn = resolve; part([], files.length - at); });
        if (of !== run) return;
      }
      const { name, first } = files[at];
      await script(name);
      if (of !== run) return;
      const hits = [];
      for (const [page, row] of (rows.get(name) || []).entries()) {
        if (what.language && row.lang.toLowerCase().split("-")[0] !== what.language) continue;
        if (narrow && !(row.date.slice(0, 4) >= from && row.date.slice(0, 4) <= to)) continue;
        if (!sought.every((word) => row.text.includes(word))) continue;
        const starts = sought.filter((word) => ` ${row.text}`.includes(` ${word}`)).length;
        hits.push({ key: `${name}/${page}`, score: starts, shard: at, page: -page, stream: "", dated: first !== "", data: row, load: async () => row });
      }
      count += hits.length;
      part(hits, files.length - at - 1);
    }
    if (!files.length) part([], 0);
  }

  // -- results

  let run = 0;
  let hits = [];
  let left = 0;
  let wanted = PAGE;
  let goOn = null;
  let shown = new Map(); // key → element
  let drawing = null; // what will draw soon
  let drawings = 0;
  let mode = root.dataset.mode;

  function byScore() {
    return [...hits].sort((one, other) => other.score - one.score || one.shard - other.shard || other.page - one.page).slice(0, wanted);
  }

  /* By date: each stream of shards is in order, so its first hit, loaded, tells which stream comes next. */
  async function byDate(of, oldest) {
    const streams = new Map();
    for (const hit of hits) streams.set(hit.stream, [...(streams.get(hit.stream) || []), hit]);
    const heads = [];
    for (const waiting of streams.values()) {
      waiting.sort((one, other) => (oldest ? other.shard - one.shard || one.page - other.page : one.shard - other.shard || other.page - one.page));
      heads.push(waiting);
    }
    const found = [];
    const dated = new Map();
    while (found.length < wanted && heads.some((waiting) => waiting.length)) {
      const open = heads.filter((waiting) => waiting.length);
      if (open.length > 1) {
        await Promise.all(open.map(async ([hit]) => { if (!dated.has(hit)) dated.set(hit, (await hit.load()).date || ""); }));
        if (of !== run) return [];
        open.sort(([one], [other]) => {
          if (one.dated !== other.dated) return one.dated ? -1 : 1;
          const order = dated.get(one) < dated.get(other) ? -1 : dated.get(one) > dated.get(other) ? 1 : 0;
          return oldest ? order : -order;
        });
      }
      found.push(open[0].shift());
    }
    return found;
  }

  async function draw(of, what) {
    const mine = ++drawings;
    const top = what.sort === "relevance" ? byScore() : mode === "titles" ? byTitleDate(what) : await byDate(of, what.sort === "oldest");
    const data = await Promise.allSettled(top.map((hit) => hit.load()));
    if (of !== run || mine !== drawings) return; // what was begun later knows more
    const elements = new Map();
    for (const [at, hit] of top.entries()) {
      if (data[at].status === "fulfilled") elements.set(hit.key, shown.get(hit.key) || element(data[at].value, what));
    }
    const focused = document.activeElement && document.activeElement.closest("ol") === list ? document.activeElement : null;
    shown = elements;
    list.replaceChildren(...elements.values());
    if (focused && focused.isConnected) focused.focus();
    more.hidden = !(hits.length > top.length || goOn);
    tell(what);
  }

  function byTitleDate(what) {
    const oldest = what.sort === "oldest";
    const order = (one, other) => (one.data.date < other.data.date ? -1 : one.data.date > other.data.date ? 1 : 0);
    return [...hits].sort((one, other) => other.dated - one.dated || (oldest ? order(one, other) : order(other, one))).slice(0, wanted);
  }

  function tell(what) {
    const values = { n: number(hits.length), q: what.q };
    const busy = Boolean((left && !goOn) || drawing);
    if (busy) status.textContent = said(words.busy, values);
    else if (hits.length) status.textContent = said(words.found, values) + (goOn ? " …" : "");
    else status.textContent = said(what.q ? words.none : words.none_narrowed, values);
    root.setAttribute("aria-busy", String(busy));
  }

  function element(data, what) {
    const made = template.content.firstElementChild.cloneNode(true);
    const [heading, link, line, gist] = ["h2", "a", ".meta", ".gist"].map((each) => made.querySelector(each));
    link.href = new URL(data.path, site).href;
    marked(link, data.title, what.q);
    if (data.lang) heading.lang = gist.lang = data.lang;
    heading.dir = gist.dir = data.dir || "auto";
    const parts = [[data.date ? dateText(data.date) : words.undated, "time", data.date]];
    if (data.source) parts.push([data.source, "span"]);
    if (data.authors) parts.push([data.authors, "span"]);
    if (data.status && words[data.status]) parts.push([words[data.status], "strong"]);
    for (const [text, name, machine] of parts) {
      const span = document.createElement(machine ? name : name === "time" ? "span" : name);
      span.textContent = text;
      if (machine) span.dateTime = machine;
      else span.dir = "auto";
      line.append(span);
    }
    if (data.excerpt) excerpt(gist, data.excerpt);
    else gist.remove();
    return made;
  }

  /* Pagefind gives text with < and > escaped and <mark> around what was found. */
  function excerpt(target, html) {
    let text = html.replace(/\u200b/g, "").replace(TOGETHER, "$1$2$3").replace(/ <\/mark>/g, "</mark> ").replace(/<\/mark><mark>/g, "");
    if (/^(<mark>)?\p{Ll}/u.test(text)) text = `… ${text}`;
    if (/[\p{L}\p{N},;:–—-](<\/mark>)?$/u.test(text)) text = `${text.replace(/[,;:–—-]$/, "")} …`;
    for (const [at, piece] of text.split(/<\/?mark>/).entries()) {
      const plain = piece.replace(/&lt;/g, "<").replace(/&gt;/g, ">");
      if (at % 2) target.append(Object.assign(document.createElement("mark"), { textContent: plain }));
      else target.append(plain);
    }
  }

  function marked(target, text, query) {
    const sought = fold(query).match(/[\p{L}\p{N}]+/gu) || [];
    const east = new RegExp(`[${EAST}]+`, "gu");
    const found = [];
    for (const word of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      const plain = fold(word[0]);
      if (!east.test(word[0]) && sought.some((each) => plain.startsWith(each) || (each.length > 4 && plain.length > 3 && each.startsWith(plain)))) found.push([word.index, word[0].length]);
    }
    for (const run_ of query.match(east) || []) for (let at = text.indexOf(run_); at >= 0; at = text.indexOf(run_, at + run_.length)) found.push([at, run_.length]);
    found.sort(([one], [other]) => one - other);
    let end = 0;
    for (const [at, length] of found) {
      if (at < end) continue;
      target.append(text.slice(end, at), Object.assign(document.createElement("mark"), { textContent: text.slice(at, at + length) }));
      end = at + length;
    }
    target.append(text.slice(end));
  }

  /* A date as exact as it is known (EDTF level 0), as the pages say it. */
  function dateText(edtf) {
    const [year, month, day] = edtf.slice(0, 10).split("-").map(Number);
    if (!month) return String(year);
    return said(day ? words.day : words.month, { year, month: words.months[month - 1], day });
  }

  // -- a run

  function start() {
    const what = asked();
    run += 1;
    const of = run;
    hits = [];
    left = 1;
    wanted = PAGE;
    if (goOn) goOn();
    goOn = null;
    clearTimeout(drawing);
    drawing = null;
    if (!isAsked(what)) {
      shown = new Map();
      list.replaceChildren();
      status.textContent = "";
      more.hidden = true;
      root.removeAttribute("aria-busy");
      return;
    }
    shown = new Map();
    let last = performance.now();
    let pause = SOON;
    part = (found, rest) => {
      hits = hits.concat(found);
      left = rest;
      // What is drawn too early moves under the reader's eyes, and was loaded in vain.
      const wait = rest && !goOn ? Math.max(0, (hits.length ? pause : LATE) - (performance.now() - last)) : 0;
      if (rest && !goOn && drawing) return tell(what);
      clearTimeout(drawing);
      drawing = setTimeout(() => {
        drawing = null;
        last = performance.now();
        if (hits.length) pause = Math.min(2 * pause, LATE);
        draw(of, what);
      }, wait);
    };
    tell(what);
    if (mode === "pagefind") worker.postMessage({ run, asked: what });
    else searchTitles(run, what);
  }

  function onlyTitles(text) {
    mode = "titles";
    note.textContent = text;
    note.hidden = false;
    for (const element of root.querySelectorAll("[data-text-only]")) {
      element.hidden = true;
      for (const input of element.querySelectorAll("input,select")) input.disabled = true;
    }
    start();
  }

  giveUp = () => {
    if (mode !== "titles") onlyTitles(words.broken);
  };

  let typing = null;
  form.addEventListener("input", () => {
    clearTimeout(typing);
    root.setAttribute("aria-busy", "true"); // what is shown is not what is asked
    typing = setTimeout(() => { toAddress(false); start(); }, 200);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    toAddress(true);
    start();
  });
  root.querySelector(".clear").addEventListener("click", () => {
    for (const name of NAMES.slice(2)) {
      const input = form.elements[name];
      if (!input) continue;
      if (input.options) input.selectedIndex = 0;
      else input.value = "";
    }
    toAddress(true);
    start();
    field.focus();
  });
  addEventListener("popstate", () => { fromAddress(); start(); });
  more.addEventListener("click", () => {
    const first = list.children.length;
    wanted += PAGE;
    const resume = goOn;
    goOn = null;
    if (resume) resume();
    draw(run, asked()).then(() => { const next = list.children[first]; if (next) next.querySelector("a").focus(); });
  });

  addEventListener("keydown", (event) => {
    const typed = event.target.closest && event.target.closest("input,select,textarea");
    if (event.key === "/" && !typed && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
      field.select();
      return;
    }
    const links = [...list.querySelectorAll("h2 a")];
    const at = links.indexOf(document.activeElement);
    const inField = event.target === field;
    if (!links.length || event.altKey || event.ctrlKey || event.metaKey || (!inField && at < 0)) return;
    if (event.key === "ArrowDown" && at + 1 < links.length) links[at + 1].focus();
    else if (event.key === "ArrowUp" && at >= 0) (at ? links[at - 1] : field).focus();
    else if (event.key === "Escape" && at >= 0) field.focus();
    else return;
    event.preventDefault();
  });

  // Languages are named by the browser, which knows them all.
  try {
    const names = new Intl.DisplayNames(root.dataset.locale, { type: "language" });
    const options = form.elements.language ? [...form.elements.language.options] : [];
    for (const option of options) if (option.value && option.value !== "und") option.textContent = names.of(option.value);
  } catch {
    // then their tags have to do
  }

  fromAddress();
  root.classList.add("ready");
  if (!field.value) field.focus();
  if (mode === "pagefind" && location.protocol === "file:") onlyTitles(words.on_disk);
  else if (mode === "titles") onlyTitles(words.titles_only);
  else {
    try {
      startWorker();
      toAddress(false);
      start();
    } catch {
      giveUp();
    }
  }
})();
