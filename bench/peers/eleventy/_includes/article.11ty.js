// The page of an article: its Markdown, rendered, is `content`.
import { SITE_URL, clock, day, escape, month, page, slug, stamp } from "../_lib/chrome.js";

const neighbour = (className, rel, name, article) =>
  article
    ? `<p class="${className}"><span>${name}</span> <a rel="${rel}" href="${article.url}">${escape(article.data.title)}</a> <time datetime="${article.date.toISOString().slice(0, 10)}">${day(article.date)}</time></p>
      `
    : "";

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

const download = (label, file, type, text) => `<p><a download="${file}" href="data:${type};base64,${Buffer.from(text).toString("base64")}">Download ${label}</a></p>
<pre dir="ltr" tabindex="0">${escape(text)}</pre>
`;

// How to cite an article: a sentence, and files of BibTeX, RIS and CSL-JSON.
const cite = ({ title, authors, section, source, url, date }) => {
  const [year, month, dayOfMonth] = stamp(date).slice(0, 10).split("-");
  const key = url.slice(1).replace(/\.html$/, "").replaceAll("/", "-");
  const bibtex = `@article{${key},
  title = {{${title}}},
  author = {${authors.join(" and ")}},
  journal = {${source}},
  entrysubtype = {newspaper},
  date = {${year}-${month}-${dayOfMonth}},
  year = {${year}},
  month = ${MONTHS[month - 1]},
  url = {${SITE_URL + url}},
  language = {en}
}
`;
  const ris = ["TY  - NEWS", `TI  - ${title}`, ...authors.map((name) => `AU  - ${name}`), `T2  - ${source}`, `PY  - ${year}`,
    `DA  - ${year}/${month}/${dayOfMonth}/`, `SE  - ${section}`, `UR  - ${SITE_URL + url}`, "LA  - en", "DB  - The Bench Archive",
    `ID  - ${key}`, "ER  - ", ""].join("\r\n");
  const csl = JSON.stringify([{ id: key, type: "article-newspaper", title, author: authors.map((literal) => ({ literal })),
    "container-title": source, issued: { "date-parts": [[+year, +month, +dayOfMonth]] }, section, URL: SITE_URL + url,
    language: "en", archive: "The Bench Archive" }]);
  return `<details class="cite">
<summary>Cite this</summary>
<p>${escape(authors.join(", "))} (${year}-${month}-${dayOfMonth}). ${escape(title)}. <i>${escape(source)}</i>. The Bench Archive. ${SITE_URL + url}</p>
${download("BibTeX", `${key}.bib`, "application/x-bibtex", bibtex)}${download("RIS", `${key}.ris`, "application/x-research-info-systems", ris)}${download("CSL-JSON", `${key}.csl.json`, "application/vnd.citationstyles.csl+json", csl)}</details>
`;
};

export default class {
  render({ title, authors, tags, section, source, summary, content, earlier, later, page: { url, date } }) {
    const linked = JSON.stringify({
      "@context": "https://schema.org",
      "@type": "NewsArticle",
      headline: title,
      datePublished: stamp(date),
      author: authors,
      articleSection: section,
      keywords: tags,
      publisher: source,
      mainEntityOfPage: SITE_URL + url,
      inLanguage: "en",
    }).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
    const meta = `<link rel="schema.DC" href="http://purl.org/dc/elements/1.1/">
<link rel="schema.PRISM" href="http://prismstandard.org/namespaces/basic/2.0/">
<meta property="og:type" content="article">
<meta name="DC.identifier" content="${SITE_URL + url}">
<meta name="DC.type" content="newspaperArticle">
<meta name="DC.title" content="${escape(title)}">
<meta name="DC.language" content="en">
<meta name="citation_title" content="${escape(title)}">
<meta name="citation_language" content="en">
${authors.map((name) => `<meta name="DC.creator" content="${escape(name)}">\n<meta name="citation_author" content="${escape(name)}">\n`).join("")}<meta name="DC.date" content="${stamp(date)}">
<meta name="PRISM.publicationDate" content="${stamp(date)}">
<meta property="article:published_time" content="${stamp(date)}">
<meta name="citation_date" content="${stamp(date).slice(0, 10)}">
<meta name="citation_publication_date" content="${stamp(date).slice(0, 10).replaceAll("-", "/")}">
<meta name="DC.source" content="${escape(source)}">
<meta name="DC.publisher" content="${escape(source)}">
<meta name="PRISM.publicationName" content="${escape(source)}">
<meta property="article:section" content="${escape(section)}">
<meta name="PRISM.section" content="${escape(section)}">
${tags.map((tag) => `<meta property="article:tag" content="${escape(tag)}">\n<meta name="DC.subject" content="${escape(tag)}">\n`).join("")}<meta name="citation_keywords" content="${escape(tags.join("; "))}">
${summary ? `<meta name="description" content="${escape(summary)}">\n<meta property="og:description" content="${escape(summary)}">\n` : ""}<script type="application/ld+json">${linked}</script>
`;
    const year = stamp(date).slice(0, 4);
    const yearMonth = stamp(date).slice(0, 7);
    const main = `<article class="article">
  <header class="article-head">
    <p class="kicker"><a href="/section/${slug(section)}.html">${escape(section)}</a></p>
    <h1 class="headline">${escape(title)}</h1>
    ${summary ? `<p class="standfirst">${escape(summary)}</p>\n    ` : ""}<p class="byline">By ${authors.map((name) => `<a rel="author" href="/authors/${slug(name)}.html">${escape(name)}</a>`).join(" and ")}</p>
    <p class="dates"><time datetime="${stamp(date)}">${day(date)}, ${clock(date)}</time> · <a href="/${year}/index.html">${year}</a> · <a href="/${yearMonth.replace("-", "/")}/index.html">${month(yearMonth)}</a></p>
    <p class="source">First published in <a href="/source/${slug(source)}.html"><cite>${escape(source)}</cite></a></p>
    </header>
  <div class="article-body">
${content}  </div>
  <footer class="article-foot">
    <h2>Subjects</h2>
    <ul class="tags">
      ${tags.map((tag) => `<li><a rel="tag" href="/tags/${slug(tag)}.html">${escape(tag)}</a></li>\n      `).join("")}</ul>
    <nav class="neighbours" aria-label="Earlier and later articles">
      ${neighbour("earlier", "prev", "Earlier", earlier)}${neighbour("later", "next", "Later", later)}</nav>
  </footer>
${cite({ title, authors, section, source, url, date })}</article>
`;
    return page({ title, url, main, meta });
  }
}
