import { Button, Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

const keys: [string, string][] = [
  ["/", "goes to the search box"],
  ["?", "opens this help"],
  ["Tab, Shift Tab", "go from one link or button to the next, and back"],
  ["Enter", "follows a link, presses a button, sorts a table by its column"],
  ["Escape", "closes what has opened"],
];

const questions: [string, string][] = [
  ["Japan US", "what Japan raises with the United States"],
  ["Japan -> US tariffs", "its tariffs alone"],
  ["who else tariffs", "everybody who raises tariffs"],
  ["Japan since 2025", "what Japan raises, and is told, from 2025 on"],
  ["connect Japan Iran", "which chain of raises connects them"],
  ["joint communique", "searches all texts, where the words name no party and no issue"],
];

export function Help({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange(open: boolean): void }) {
  return (
    <ModalOverlay className="overlay" isDismissable isOpen={isOpen} onOpenChange={onOpenChange}>
      <Modal className="modal">
        <Dialog>
          {({ close }) => (
            <>
              <Heading slot="title">Help</Heading>
              <p>
                A <strong>raise</strong> is one country or organisation bringing one issue to another, as one article reports it.
                Each count here is of raises and leads to their sentences; copies of one story count as one <strong>story</strong>
                .
              </p>
              <h3>The search box reads</h3>
              <dl className="pairs">
                {questions.map(([text, meaning]) => (
                  <div key={text}>
                    <dt>
                      <kbd>{text}</kbd>
                    </dt>
                    <dd>{meaning}</dd>
                  </div>
                ))}
              </dl>
              <h3>Keys</h3>
              <dl className="pairs">
                {keys.map(([key, meaning]) => (
                  <div key={key}>
                    <dt>
                      <kbd>{key}</kbd>
                    </dt>
                    <dd>{meaning}</dd>
                  </div>
                ))}
              </dl>
              <p>
                <Button className="primary" onPress={close}>
                  Close
                </Button>
              </p>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
