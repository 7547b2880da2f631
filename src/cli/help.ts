/** What `npm run ner -- --help` prints: the options, the shape of the result, the exit codes. */
export const HELP = `Usage: npm run ner -- COMMAND [options]

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
      and the FORMAT options below
  evaluate MODEL.onnx --data FILE [--limit N] [--drop-errors] [FORMAT options]
      Scores a model on a column file.
  read FILE|FOLDER ... [FORMAT options]
      Says how files are read, why, and what they leave open; trains nothing. Rows with errors are left out and counted.
  predict MODEL.onnx [SENTENCE ...]
      Tags sentences, from arguments or one a line from standard input.

FORMAT options say how column files are to be read; what is not said is found in the files:
      --columns ROLE,ROLE,...       one role a column: word, tag, index (numbers the words), sentence (marks where one
                                    begins), or _ for a column that is not used; such as index,word,_,tag
      --separator tab|space|comma|semicolon|pipe|blank   blank is any blank, U+00A0 too
      --file-scheme IOB1|IOB2|IOBES|IO   the scheme the files' tags are written in
      --encoding utf-8|windows-1252|utf-16le|utf-16be
      --outside TAG,TAG,...         tags besides O that mean outside of any entity, such as 0,_
      --type-name NAME              the entity type where tags are marks without a label (B, I, O)
      --sentence-end empty-line|full-stop|index   a full stop as well as an empty line, or an index that begins again

Progress goes to standard error, one JSON document to standard output:
  train     {"command":"train","corpus":{"name","hash","labels","statistics"},"encoder","recipe","backend",
             "epochs":[{"epoch","step","loss","report":REPORT}],"bestEpoch","dev":REPORT,"test":REPORT|null,
             "trainingMs","piecesPerSecond","peakMemoryBytes","model":{"bytes","largestLogitDifference","path"|null}}
  evaluate  {"command":"evaluate","report":REPORT}
  read      {"files":[{"name","split","sentences","words","entities":{TYPE:N},"encoding","separator","columns":[ROLE],
             "scheme","evidence":[SENTENCE],"questions":[{"text","readings":[TITLE]}],
             "findings":{"errors","warnings","notes"}}]}; a question's first reading is the one that was taken
  predict   {"command":"predict","annotations":[{"text","entities":[{"start","end","label","confidence","text"}]}]}
  REPORT    {"entity":SCORE,"byLabel":{LABEL:SCORE},"tagF1","tokenAccuracy","sentences","words",
             "wordsBeyondWindow","entitiesBeyondWindow"}
  SCORE     {"correct","predicted","gold","precision","recall","f1"}: entity scores as conlleval counts them, 0 to 1;
            offsets are UTF-16 code units, half-open.

Exit codes: 0 done · 1 unexpected failure · 2 the command line · 3 the input files · 4 training did not converge ·
            5 no browser or backend to run on
`;
