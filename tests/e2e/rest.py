"""A page that has come to rest. On a busy machine everything arrives, but nobody knows when: wait for that, not for a
while."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

# Counts what the page has asked the server and has not been told: from before its first script.
COUNTED = """globalThis.asking = 0;
const ask = globalThis.fetch;
globalThis.fetch = (...what) => { asking += 1; return ask(...what).finally(() => { asking -= 1 }) };"""
# Nothing asked, nothing to do, nothing new: three looks in a row, each when the main thread is idle; that of a page
# behind others is never said to be.
RESTS = """async () => {
  const until = performance.now() + 60_000;
  const idle = () => new Promise((done) => setTimeout(() => requestIdleCallback(done, { timeout: 1_000 }), 80));
  const fonts = () => document.fonts.status === 'loaded';
  const look = () => [document.querySelectorAll('*').length, document.documentElement.scrollHeight, innerWidth].join();
  for (let was = '', calm = 0; calm < 3; ) {
    await idle();
    const stands = look();
    calm = !globalThis.asking && fonts() && stands === was ? calm + 1 : 0;
    was = stands;
    if (performance.now() > until) throw new Error(`no rest: ${asking} asked, ${stands}`);
  }
}"""


def watch(context: BrowserContext) -> BrowserContext:
    """The context, whose pages from now on know what they have asked; `settled` needs it."""
    context.add_init_script(COUNTED)
    return context


def settled(page: Page) -> None:
    """Wait until the page has heard all it asked for, has loaded its type and stands still."""
    page.evaluate(RESTS)
