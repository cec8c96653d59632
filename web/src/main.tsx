import "./style/page.css";
import { createRoot } from "react-dom/client";
import { Provider } from "urql";
import { App } from "./app";
import { client } from "./client";

createRoot(document.getElementById("page")!).render(
  <Provider value={client}>
    <App />
  </Provider>,
);
