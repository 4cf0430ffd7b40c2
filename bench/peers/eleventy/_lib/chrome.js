// What every page has around it, and the few functions that the templates share.
export const SITE = "The Bench Archive";
export const SITE_URL = "https://archive.example.org";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };
const SPECIAL = /[&<>"']/;

export const escape = (text) =>
  SPECIAL.test(text) ? String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]) : String(text);
export const slug = (name) => name.toLowerCase().replaceAll(".", "").replaceAll(" ", "-");
export const stamp = (date) => `${date.toISOString().slice(0, 19)}Z`;
export const clock = (date) => date.toISOString().slice(11, 16);
export const month = (name) => `${MONTHS[Number(name.slice(5)) - 1]} ${name.slice(0, 4)}`;
export const dayAndMonth = (date) => `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
export const day = (date) => `${dayAndMonth(date)} ${date.getUTCFullYear()}`;

const HEADER = `<a class="skip" href="#main">Skip to the article</a>
<header class="masthead">
  <p class="masthead-name"><a href="/">${SITE}</a></p>
  <p class="masthead-line">Forty years of reporting, kept as it was printed.</p>
  <nav class="masthead-nav" aria-label="Archive">
    <ul>
      <li><a href="/">Newest</a></li>
      <li><a href="/years/index.html">Calendar</a></li>
      <li><a href="/tags/index.html">Subjects</a></li>
      <li><a href="/authors/index.html">Authors</a></li>
      <li><a href="/section/index.html">Sections</a></li>
      <li><a href="/source/index.html">Newspapers</a></li>
    </ul>
  </nav>
  <form class="masthead-search" role="search" action="/search.html" method="get">
    <label for="q">Search the archive</label>
    <input id="q" name="q" type="search" autocomplete="off" spellcheck="false">
    <button type="submit">Search</button>
  </form>
</header>
`;

const FOOTER = `<footer class="colophon">
  <nav class="colophon-nav" aria-label="About this archive">
    <ul>
      <li><a href="/about.html">About the archive</a></li>
      <li><a href="/index.xml">Feed of the newest articles</a></li>
      <li><a href="/sitemap.xml">Map of the site</a></li>
      <li><a href="/corrections.html">Corrections</a></li>
    </ul>
  </nav>
  <p>The texts on these pages stand as they were published; headlines, bylines and dates are those of the original.
  Corrections are marked with their dates and never made in silence. Rights remain with the newspapers named.</p>
  <p>This page has a permanent address and may be cited by it.</p>
</footer>
`;

export const page = ({ title, url, main, meta = "", home = false }) => `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="strict-origin-when-cross-origin">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'">
<title>${home ? SITE : `${escape(title)} – ${SITE}`}</title>
<link rel="canonical" href="${SITE_URL}${url}">
<link rel="stylesheet" href="/assets/archive.css">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="alternate" type="application/rss+xml" title="${SITE}" href="/index.xml">
<link rel="search" type="application/opensearchdescription+xml" title="${SITE}" href="/opensearch.xml">
<meta property="og:site_name" content="${SITE}">
<meta property="og:title" content="${escape(title)}">
<meta property="og:url" content="${SITE_URL}${url}">
<meta property="og:locale" content="en">
${meta}</head>
<body>
${HEADER}<main id="main" class="page">
${main}</main>
${FOOTER}</body>
</html>
`;

export const card = ({ url, date, data }) =>
  `<li class="card"><h2 class="card-title"><a href="${url}">${escape(data.title)}</a></h2><p class="card-line"><time datetime="${stamp(date)}">${day(date)}</time> · ${escape(data.authors.join(", "))}${data.source ? ` · <cite>${escape(data.source)}</cite>` : ""}</p>${data.summary ? `<p class="card-summary">${escape(data.summary)}</p>` : ""}</li>
`;

// One page of the list of a tag, an author, a section or a source.
export const listing = (kind) => ({
  data: {
    layout: null,
    eleventyExcludeFromCollections: true,
    pagination: { data: `collections.${kind}Pages`, size: 1, alias: "list" },
    permalink: ({ list }) => address(kind, list, list.number),
  },
  render({ list, page: { url } }) {
    const to = (number, rel, name) => `<a${rel ? ` rel="${rel}"` : ""} href="${address(kind, list, number)}">${name}</a>`;
    const main = `<h1>${escape(list.name)}</h1>
<p class="count">${list.items.length} articles</p>
<ol class="cards">
${list.shown.map(card).join("")}</ol>
<nav class="pager" aria-label="Pages"><p>Page ${list.number} of ${list.total}</p>
${list.number > 1 ? `${to(list.number - 1, "prev", "Newer")}\n` : ""}${list.number < list.total ? `${to(list.number + 1, "next", "Older")}\n` : ""}${to(1, "", "Newest")} ${to(list.total, "", "Oldest")}</nav>
`;
    return page({ title: list.name, url, main });
  },
});

// The index of all tags, authors, sections or sources.
export const index = (kind, title) => ({
  data: { layout: null, eleventyExcludeFromCollections: true, permalink: `/${kind}/index.html` },
  render({ collections, page: { url } }) {
    const items = collections[`${kind}Groups`].map(
      ({ name, slug, items }) =>
        `<li><a href="/${kind}/${slug}.html">${escape(name)}</a> <span class="count">${items.length}</span></li>\n`,
    );
    return page({ title, url, main: `<h1>${title}</h1>\n<ul class="index">\n${items.join("")}</ul>\n` });
  },
});

const address = (kind, list, number) =>
  number === 1 ? `/${kind}/${list.slug}.html` : `/${kind}/${list.slug}/page/${number}.html`;

// An RSS feed of the newest twenty.
export const feed = (title, url, link, items) => `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>${escape(title)}</title><link>${SITE_URL}${link}</link><description>Newest articles: ${escape(title)}</description><language>en</language>
<atom:link href="${SITE_URL}${url}" rel="self" type="application/rss+xml"/>
${items
  .slice(0, 20)
  .map(
    ({ url, date, data, rawInput }) =>
      `<item><title>${escape(data.title)}</title><link>${SITE_URL}${url}</link><guid>${SITE_URL}${url}</guid><pubDate>${date.toUTCString()}</pubDate><description>${escape(data.summary ?? `${rawInput.trim().slice(0, 200)} …`)}</description></item>\n`,
  )
  .join("")}</channel></rss>
`;
