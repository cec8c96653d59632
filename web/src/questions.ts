// The ready questions: the files of queries/, in the order of their numbers. A file opens with two comment lines,
// its title and what it shows; the rest of it is one operation that needs no variables.

export interface Question {
  /** The file's name without its number and ending, as links use it. */
  slug: string;
  title: string;
  about: string;
  /** The whole file, comments included. */
  query: string;
}

const files = import.meta.glob<string>("../queries/*.graphql", { query: "?raw", import: "default", eager: true });

const number = (path: string) => Number(/\/(\d+)-[^/]*$/.exec(path)?.[1]);

export const questions: Question[] = Object.keys(files)
  .sort((a, b) => number(a) - number(b))
  .map((path) => {
    const query = files[path];
    const [title = "", about = ""] = query.split("\n").map((line) => line.replace(/^#\s*/, ""));
    const slug = path.replace(/^.*\/\d+-/, "").replace(/\.graphql$/, "");
    return { slug, title, about, query };
  });
