"""The same pages as backissue makes, with Pelican's cheapest settings: one Markdown converter and libyaml's loader for
all articles, no feeds, pages, drafts or archives that are not asked for, articles told apart by path and not by slug.
"""

import sys
from base64 import b64encode
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

SITENAME = "The Bench Archive"
SITEURL = "https://archive.example.org"
PATH = "content"
OUTPUT_PATH = "public"
THEME = "theme"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
LOCALE = "C"
PLUGINS = ["newsroom"]
PAGE_PATHS: list[str] = []
STATIC_PATHS: list[str] = []
THEME_STATIC_PATHS: list[str] = []
ARTICLE_TRANSLATION_ID = None
WITH_FUTURE_DATES = True
LOAD_CONTENT_CACHE = False
SLUGIFY_SOURCE = "title"
SLUG_REGEX_SUBSTITUTIONS = [(r"[^\w\s-]", ""), (r"(?u)\A\s*", ""), (r"(?u)\s*\Z", ""), (r"[-\s]+", "-")]

ARTICLE_URL = ARTICLE_SAVE_AS = "{date:%Y}/{date:%m}/{slug}.html"
TAG_URL = TAG_SAVE_AS = "tags/{slug}.html"
AUTHOR_URL = AUTHOR_SAVE_AS = "authors/{slug}.html"
CATEGORY_URL = CATEGORY_SAVE_AS = "section/{slug}.html"
SOURCE_SAVE_AS = "source/{slug}.html"
YEAR_ARCHIVE_SAVE_AS = "{date:%Y}/index.html"
MONTH_ARCHIVE_SAVE_AS = "{date:%Y}/{date:%m}/index.html"
DRAFT_SAVE_AS = ARTICLE_LANG_SAVE_AS = DRAFT_LANG_SAVE_AS = ""

DIRECT_TEMPLATES = ["index", "tags", "authors", "categories", "sources", "years", "sitemap"]
INDEX_SAVE_AS = "index.html"
TAGS_SAVE_AS = "tags/index.html"
AUTHORS_SAVE_AS = "authors/index.html"
CATEGORIES_SAVE_AS = "section/index.html"
SOURCES_SAVE_AS = "source/index.html"
YEARS_SAVE_AS = "years/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
DEFAULT_PAGINATION = 20
PAGINATED_TEMPLATES = {"tag": None, "author": None, "category": None, "source": None}
PAGINATION_PATTERNS = [
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}.html", "{base_name}/page/{number}.html"),
]

FEED_RSS = "index.xml"
TAG_FEED_RSS = "tags/{slug}/index.xml"
FEED_MAX_ITEMS = 20
SUMMARY_MAX_LENGTH = 30
RSS_FEED_SUMMARY_ONLY = True
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
JINJA_FILTERS = {"base64": lambda text: b64encode(text.encode()).decode()}
