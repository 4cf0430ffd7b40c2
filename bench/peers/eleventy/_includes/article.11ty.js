// The page of an article: its Markdown, rendered, is `content`.
import { SITE_URL, clock, day, escape, month, page, slug, stamp } from "../_lib/chrome.js";

const neighbour = (className, rel, name, article) =>
  article
    ? `<p class="${className}"><span>${name}</span> <a rel="${rel}" href="${article.url}">${escape(article.data.title)}</a> <time datetime="${article.date.toISOString().slice(0, 10)}">${day(article.date)}</time></p>
      `
    : "";

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
    const meta = `<meta property="og:type" content="article">
<meta property="article:published_time" content="${stamp(date)}">
<meta name="DC.type" content="newspaperArticle">
<meta name="DC.title" content="${escape(title)}">
<meta name="DC.source" content="${escape(source)}">
<meta name="citation_date" content="${stamp(date).slice(0, 10).replaceAll("-", "/")}">
${authors.map((name) => `<meta name="citation_author" content="${escape(name)}">\n`).join("")}${summary ? `<meta name="description" content="${escape(summary)}">\n` : ""}<script type="application/ld+json">${linked}</script>
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
</article>
`;
    return page({ title, url, main, meta });
  }
}
