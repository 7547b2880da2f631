/** What `npm run ner -- --help` prints: the options, the shape of the result, the exit codes. */
export const help = `Usage: npm run ner -- COMMAND [options]

  train --train FILE [--dev FILE] [--test FILE] [options]
      Fine-tunes an encoder in a headless browser, with the studio's own workers.
      --train, --dev, --test FILE   column files, folders of them, .gz or .zip; an option may be repeated; without --dev a
                                    seeded tenth of train; a lone --train FOLDER or .zip may hold train, dev and test
      --model NAME|FOLDER           the bundled encoder (minilm-l6, the default) or a Hugging Face folder of a BERT
      --epochs N (3)  --batch-size N (16)  --lr RATE (5e-5)  --seed N (1)
      --max-pieces N (128)          window in word pieces, [CLS] and [SEP] included
      --scheme IOB1|IOB2|IOBES|IO   the scheme the model's tags are written in (IOB2)
      --frozen-layers N (0)         the embeddings and the N lowest layers keep the encoder's weights
      --dropout RATE                in place of the encoder's own
      --limit N                     only the first N sentences of each split
      --drop-errors                 leave out rows with errors instead of stopping
      --backend auto|wasm|webgpu|webgpu-software  --threads N   of the wasm backend; by default one a core
      --out FOLDER                  receives model.onnx and metrics.json
  evaluate MODEL.onnx --data FILE [--limit N] [--drop-errors]
      Scores a model on a column file.
  predict MODEL.onnx [SENTENCE ...]
      Tags sentences, from arguments or one a line from standard input.

Progress goes to standard error, one JSON document to standard output:
  train     {"command":"train","corpus":{"name","hash","labels","statistics"},"encoder","recipe","backend",
             "epochs":[{"epoch","step","loss","report":REPORT}],"bestEpoch","dev":REPORT,"test":REPORT|null,
             "trainingMs","piecesPerSecond","peakMemoryBytes","model":{"bytes","largestLogitDifference","path"|null}}
  evaluate  {"command":"evaluate","report":REPORT}
  predict   {"command":"predict","annotations":[{"text","entities":[{"start","end","label","confidence","text"}]}]}
  REPORT    {"entity":SCORE,"byLabel":{LABEL:SCORE},"tagF1","tokenAccuracy","sentences","words",
             "wordsBeyondWindow","entitiesBeyondWindow"}
  SCORE     {"correct","predicted","gold","precision","recall","f1"}: entity scores as conlleval counts them, 0 to 1;
            offsets are UTF-16 code units, half-open.

Exit codes: 0 done · 1 unexpected failure · 2 the command line · 3 the input files · 4 training did not converge ·
            5 no browser or backend to run on
`;
