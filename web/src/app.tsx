import { useEffect, useRef, useState } from "react";
import { RouterProvider } from "react-aria-components";
import { Link, Route, Switch, useLocation, useSearch } from "wouter";
import { useProgress } from "./answer";
import { AboutPage } from "./pages/about";
import { ArticlePage } from "./pages/article";
import { ConnectPage } from "./pages/connect";
import { IssuePage } from "./pages/issue";
import { LandingPage } from "./pages/landing";
import { LeaderPage } from "./pages/leader";
import { NotFoundPage } from "./pages/not-found";
import { PairPage } from "./pages/pair";
import { PartyPage } from "./pages/party";
import { RaisesPage } from "./pages/raises";
import { SearchPage } from "./pages/search";
import { Help } from "./parts/help";
import { SearchBox } from "./parts/search-box";
import { ThemeSwitch } from "./parts/theme";

/** Scrolls to the part of a page that an address names, which comes with its answer. Returns how to give up. */
function showWhenThere(id: string) {
  if (id === "") return;
  const show = () => {
    const part = document.getElementById(id);
    part?.scrollIntoView();
    if (part) watch.disconnect();
  };
  const watch = new MutationObserver(show);
  watch.observe(document.body, { childList: true, subtree: true });
  show();
  return () => watch.disconnect();
}

/** Whether the server has a token of this browser. Its cookie is hidden from pages, but another says so. */
const isLoggedIn = () => /(?:^|; )demarche_login=1(?:;|$)/.test(document.cookie);

export function App() {
  const [path, navigate] = useLocation();
  const search = useSearch();
  const asked = (path === "/search" && new URLSearchParams(search).get("q")?.trim()) || "";
  const [helping, setHelping] = useState(false);
  const main = useRef<HTMLElement>(null);
  const opened = useRef(path);

  useEffect(() => {
    function press(event: KeyboardEvent) {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (event.key === "/") {
        event.preventDefault();
        const box = document.getElementById("landing-search") ?? document.getElementById("search");
        if (box instanceof HTMLInputElement) {
          box.focus();
          box.select();
        }
      } else if (event.key === "?") {
        setHelping(true);
      }
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);

  // A new page begins at its top, and with the keyboard there as well.
  useEffect(() => {
    if (opened.current === path) return;
    opened.current = path;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);

  useEffect(() => showWhenThere(location.hash.slice(1)), [path]);

  return (
    <RouterProvider navigate={navigate}>
      <a className="skip" href="#main">
        To the content
      </a>
      <header className="top">
        <ProgressBar />
        <Link className="brand" href="/">
          Demarche
        </Link>
        {path !== "/" && <SearchBox key={asked} id="search" asked={asked} />}
        <nav aria-label="Pages">
          <Link href="/about">About</Link>
          <a href="/playground">Playground</a>
        </nav>
        <div className="tools">
          <ThemeSwitch />
          <button type="button" className="tool" onClick={() => setHelping(true)} aria-label="Help and keyboard">
            ?
          </button>
          {isLoggedIn() && (
            <form method="post" action="/logout">
              <button type="submit">Log out</button>
            </form>
          )}
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Switch>
          <Route path="/" component={LandingPage} />
          <Route path="/party/:party">{({ party }) => <PartyPage key={party} party={decodeURIComponent(party)} />}</Route>
          <Route path="/pair/:by/:with">
            {(params) => (
              <PairPage
                key={`${params.by} ${params.with}`}
                by={decodeURIComponent(params.by)}
                other={decodeURIComponent(params.with)}
              />
            )}
          </Route>
          <Route path="/issue/:slug">{({ slug }) => <IssuePage key={slug} slug={decodeURIComponent(slug)} />}</Route>
          <Route path="/leader/:slug">{({ slug }) => <LeaderPage key={slug} slug={decodeURIComponent(slug)} />}</Route>
          <Route path="/article/*">{(params) => <ArticlePage key={params["*"]} id={decodeURIComponent(params["*"])} />}</Route>
          <Route path="/connect/:from/:to?">
            {({ from, to }) => (
              <ConnectPage key={`${from} ${to}`} from={decodeURIComponent(from)} to={to && decodeURIComponent(to)} />
            )}
          </Route>
          <Route path="/connect">
            <ConnectPage />
          </Route>
          <Route path="/raises" component={RaisesPage} />
          <Route path="/search" component={SearchPage} />
          <Route path="/about" component={AboutPage} />
          <Route>
            <NotFoundPage />
          </Route>
        </Switch>
      </main>
      <footer className="bottom">
        <p>
          Every number leads to the sentences behind it. Machines read news here, and err: <Link href="/about">how often</Link>.
        </p>
        <p>
          <a href="/schema.graphql">Schema</a> <a href="/playground">Playground</a> <Link href="/about">Downloads</Link>
        </p>
      </footer>
      <Help isOpen={helping} onOpenChange={setHelping} />
    </RouterProvider>
  );
}

/** How many of the questions under way are answered, as a line along the top. */
function ProgressBar() {
  const { asked, answered } = useProgress();
  return <div className="progress">{asked > 0 && <progress aria-label="Questions answered" max={asked} value={answered} />}</div>;
}
