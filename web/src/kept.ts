// What a reader has opened on a page, kept with its entry in the browser's history: who comes back finds it as it was left.
import { useState } from "react";

/** A value of a page by its name there; each visit that is not a way back begins with `initial`. */
export function useKept<Value>(name: string, initial: Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState<Value>(() => history.state?.[name] ?? initial);
  function keep(next: Value) {
    history.replaceState({ ...history.state, [name]: next }, "");
    setValue(next);
  }
  return [value, keep];
}
