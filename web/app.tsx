/** The page around its views: which one the address names, the language and the colours. */
import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask } from "./ask.ts";
import {
  followMachine,
  linkMachine,
  namesMachine,
  usedMachine,
  type UsedMachine,
} from "./own-machine.ts";
import { isOwn, keepModel, knowNetwork, loseModel, modelLink } from "./own-models.ts";
import { WordsContext } from "./parts/context.ts";
import { ThemeButton } from "./parts/theme.tsx";
import type { ViewProps } from "./views/view.ts";
import { LANGUAGES, WORDS, type Language, type Words } from "./words/index.ts";

type ViewName = keyof Words["views"];

interface ViewModule {
  readonly View: ComponentType<ViewProps>;
}

/** Each view is loaded when it is first shown. */
const VIEWS: Readonly<Record<ViewName, () => Promise<ViewModule>>> = {
  plan: () => import("./views/plan.tsx"),
  model: () => import("./views/model.tsx"),
  simulate: () => import("./views/simulate.tsx"),
  road: () => import("./views/road.tsx"),
  generations: () => import("./views/generations.tsx"),
  truth: () => import("./views/truth.tsx"),
  claims: () => import("./views/claims.tsx"),
  worth: () => import("./views/worth.tsx"),
  catalogue: () => import("./views/catalogue.tsx"),
  watch: () => import("./views/watch.tsx"),
};

const VIEW_NAMES = Object.keys(VIEWS) as readonly ViewName[];

/** Beside the name of a model of the user: the model itself. */
const LINK = "given";

interface Place {
  readonly view: ViewName;
  readonly query: URLSearchParams;
}

export function App(): JSX.Element | null {
  const [place, setPlace] = useState(arrived);
  const [module, setModule] = useState<ViewModule | null>(null);
  const language = languageOf(place.query);
  const words = useLanguage(language);
  useEffect(() => {
    const follow = (): void => setPlace(arrived());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const isThere = useModel(place.query);
  useEffect(() => {
    let isStale = false;
    void VIEWS[place.view]().then((loaded) => isStale || setModule(loaded));
    return () => {
      isStale = true;
    };
  }, [place.view]);
  useEffect(() => {
    if (words === null) return;
    document.title = `${words.views[place.view]} · ${words.title}`;
  }, [words, place.view]);
  const show = (query: string): void => {
    const hash = addressOf(place.view, new URLSearchParams(query), place.query);
    history.replaceState(null, "", hash);
    setPlace(arrived());
  };
  if (words === null) return null;
  const { text, isLinked } = usedMachine();
  // Views ask anew about another machine of the same name.
  const device = isLinked ? text : "own";
  return (
    <WordsContext.Provider value={words}>
      <Header place={place} words={words} />
      <main id="main">
        {namesMachine(place.query) && <LinkedMachine />}
        {module !== null && isThere && <module.View key={device} query={place.query} show={show} />}
      </main>
    </WordsContext.Provider>
  );
}

/** Whether the model of an address can be asked about: one that the address brings is read first. */
function useModel(query: URLSearchParams): boolean {
  const name = query.get("model") ?? "";
  const text = query.get(LINK);
  const [failed, setFailed] = useState<string | null>(null);
  const [, setKnown] = useState<string | null>(null);
  const isAwaited = text !== null && isOwn(name) && modelLink(name) !== text && text !== failed;
  useEffect(() => {
    if (!isAwaited) return;
    return ask(
      "linked",
      { text },
      {
        part: (model) => {
          keepModel(name, model, text);
          setKnown(text);
        },
        refused: () => {
          loseModel(name);
          setFailed(text);
        },
      },
    );
  }, [isAwaited, name, text]);
  useEffect(() => {
    if (name === "" || isOwn(name)) return;
    return ask(
      "kind",
      { name },
      {
        part: (kind) => {
          if (kind === "network") knowNetwork(name);
          setKnown(name);
        },
        // The view itself says what is wrong with it.
        refused: () => {},
      },
    );
  }, [name]);
  return !isAwaited;
}

/** Whose machine the view is of, loaded where an address names one. */
function LinkedMachine(): JSX.Element | null {
  const [Note, setNote] = useState<ComponentType<UsedMachine> | null>(null);
  useEffect(() => {
    void import("./parts/machine-note.tsx").then(({ MachineNote }) => setNote(() => MachineNote));
  }, []);
  return Note === null ? null : <Note {...usedMachine()} />;
}

/** Words of a language; those before until they are there. */
function useLanguage(language: Language): Words | null {
  const [words, setWords] = useState<Words | null>(null);
  useEffect(() => {
    let isStale = false;
    void WORDS[language]().then((loaded) => {
      if (isStale) return;
      // Quantities are written in the language of the document, from the first drawing on.
      document.documentElement.lang = loaded.lang;
      setWords(loaded);
    });
    return () => {
      isStale = true;
    };
  }, [language]);
  return words;
}

function Header({ place, words }: { readonly place: Place; readonly words: Words }): JSX.Element {
  const other = languageOf(place.query) === "en" ? "ko" : "en";
  const inOther = new URLSearchParams(place.query);
  inOther.set("lang", other);
  return (
    <header>
      <a class="skip" href="#answer" onClick={skipTo}>
        {words.skip}
      </a>
      <p class="brand">
        <strong>{words.title}</strong> <span>{words.about}</span>
      </p>
      <nav aria-label={words.title}>
        {VIEW_NAMES.map((view) => (
          <a
            key={view}
            href={addressOf(view, new URLSearchParams(), place.query)}
            aria-current={view === place.view ? "page" : undefined}
          >
            {words.views[view]}
          </a>
        ))}
        <ThemeButton />
        <a href={`#${place.view}?${inOther}`} lang={other} hreflang={other}>
          {words.language}
        </a>
      </nav>
    </header>
  );
}

/** The address keeps the view's place, so the link moves the focus itself. */
function skipTo(event: Event): void {
  event.preventDefault();
  const answer = document.querySelector<HTMLElement>("#answer");
  answer?.setAttribute("tabindex", "-1");
  answer?.focus();
}

function placeNow(): Place {
  const [name = "", query = ""] = location.hash.slice(1).split("?", 2);
  const view = VIEW_NAMES.find((each) => each === name) ?? "plan";
  return { view, query: new URLSearchParams(query) };
}

/** The place of the address, with the machine that it names in it and in use. */
function arrived(): Place {
  const { view, query } = placeNow();
  const hasMachine = followMachine(query);
  if (hasMachine) history.replaceState(null, "", `#${view}?${query}`);
  return { view, query };
}

/** An address of a view in the language of the place before. */
function addressOf(view: ViewName, query: URLSearchParams, before: URLSearchParams): string {
  const language = before.get("lang");
  if (language !== null) query.set("lang", language);
  linkMachine(query);
  const link = modelLink(query.get("model") ?? "");
  if (link !== null) query.set(LINK, link);
  const text = query.toString();
  return text === "" ? `#${view}` : `#${view}?${text}`;
}

function languageOf(query: URLSearchParams): Language {
  const asked = query.get("lang") ?? navigator.language.slice(0, 2);
  return LANGUAGES.find((each) => each === asked) ?? "en";
}
