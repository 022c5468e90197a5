/** Light, dark or as the system: kept in this browser, since it is of who looks and not of what is shown. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWords } from "./context.ts";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const KEY = "tenlane-theme";

export function ThemeButton(): JSX.Element {
  const words = useWords();
  const [theme, setTheme] = useState<Theme>(kept);
  useEffect(() => {
    document.documentElement.style.colorScheme = theme === "auto" ? "" : theme;
  }, [theme]);
  // What is kept is asked, not what was drawn: two clicks may come before one drawing.
  const turn = (): void => {
    const next = THEMES[(THEMES.indexOf(kept()) + 1) % THEMES.length] ?? "auto";
    localStorage.setItem(KEY, next);
    setTheme(next);
  };
  return (
    <button type="button" class="link theme" onClick={turn}>
      {words.themeLabel}: {words.theme[theme]}
    </button>
  );
}

function kept(): Theme {
  const text = localStorage.getItem(KEY);
  return THEMES.find((each) => each === text) ?? "auto";
}
