"""A BERT-like sentence encoder in plain PyTorch, reading the published weights of all-MiniLM-L6-v2 (BERT layout) and
all-mpnet-base-v2 (MPNet layout, with its relative position bias). Both are Apache-2.0. Only the teacher uses it."""
import json
import math
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

MAX_PIECES = 64


class Layer(nn.Module):
    def __init__(self, width, heads, inner, eps):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=eps)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.norm2 = nn.LayerNorm(width, eps=eps)

    def forward(self, x, bias):
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        # Plain products: at these lengths several times faster backwards on a CPU than the fused attention.
        scores = q @ k.transpose(-1, -2) * (1 / math.sqrt(width // self.heads)) + bias.to(q.dtype)
        mixed = torch.softmax(scores, -1).to(v.dtype) @ v
        mixed = self.out(mixed.transpose(1, 2).reshape(batch, length, width))
        x = self.norm1(x + mixed)
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Encoder(nn.Module):
    """forward(ids, lengths) -> mean of the last layer over the pieces of each text."""

    def __init__(self, folder):
        super().__init__()
        folder = pathlib.Path(folder)
        config = json.loads((folder / "config.json").read_text())
        self.kind = config["model_type"]
        self.width, self.heads = config["hidden_size"], config["num_attention_heads"]
        self.pad = config["pad_token_id"]
        eps = config["layer_norm_eps"]
        self.words = nn.Embedding(config["vocab_size"], self.width)
        self.places = nn.Embedding(config["max_position_embeddings"], self.width)
        self.first = nn.LayerNorm(self.width, eps=eps)
        self.layers = nn.ModuleList(Layer(self.width, self.heads, config["intermediate_size"], eps)
                                    for _ in range(config["num_hidden_layers"]))
        self.relative = nn.Embedding(32, self.heads) if self.kind == "mpnet" else None
        self.dropout = 0.1
        self.load(load_file(folder / "model.safetensors"))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_PIECES)

    def load(self, weights):
        with torch.no_grad():
            self.words.weight.copy_(weights["embeddings.word_embeddings.weight"])
            self.places.weight.copy_(weights["embeddings.position_embeddings.weight"])
            if self.kind == "bert":
                self.places.weight += weights["embeddings.token_type_embeddings.weight"][0]
            else:
                self.relative.weight.copy_(weights["encoder.relative_attention_bias.weight"])
            put(self.first, weights, "embeddings.LayerNorm")
            for number, layer in enumerate(self.layers):
                at = f"encoder.layer.{number}."
                names = ([at + f"attention.self.{n}" for n in ("query", "key", "value")] if self.kind == "bert"
                         else [at + f"attention.attn.{n}" for n in "qkv"])
                layer.qkv.weight.copy_(torch.cat([weights[n + ".weight"] for n in names]))
                layer.qkv.bias.copy_(torch.cat([weights[n + ".bias"] for n in names]))
                own = "attention.output." if self.kind == "bert" else "attention."
                put(layer.out, weights, at + (own + "dense" if self.kind == "bert" else "attention.attn.o"))
                put(layer.norm1, weights, at + own + "LayerNorm")
                put(layer.up, weights, at + "intermediate.dense")
                put(layer.down, weights, at + "output.dense")
                put(layer.norm2, weights, at + "output.LayerNorm")

    def pieces(self, texts):
        return [code.ids for code in self.tokenizer.encode_batch(texts)]

    def forward(self, ids):
        batch, length = ids.shape
        real = ids != self.pad
        start = self.pad + 1 if self.kind == "mpnet" else 0
        x = self.words(ids) + self.places.weight[start:start + length]
        x = F.dropout(self.first(x), self.dropout, self.training)
        bias = torch.where(real, 0.0, -1e9)[:, None, None, :].expand(batch, self.heads if self.relative is not None else 1,
                                                                     length, length)
        if self.relative is not None:
            bias = bias + self.relative(buckets(length)).permute(2, 0, 1)
        for layer in self.layers:
            x = layer(x, bias)
        keep = real[:, :, None].float()
        return (x.float() * keep).sum(1) / keep.sum(1)


def put(module, weights, name):
    module.weight.copy_(weights[name + ".weight"])
    module.bias.copy_(weights[name + ".bias"])


def buckets(length, count=32, far=128):
    """MPNet's buckets of relative distance: exact up to 8, then by logarithm, each side its own half."""
    place = torch.arange(length)
    distance = place[:, None] - place[None, :]
    half = count // 2
    side = (distance < 0).long() * half
    distance = distance.abs()
    exact = half // 2
    large = exact + (torch.log(distance.clamp(min=1).float() / exact) / math.log(far / exact) * (half - exact)).long()
    return side + torch.where(distance < exact, distance, large.clamp(max=half - 1))
