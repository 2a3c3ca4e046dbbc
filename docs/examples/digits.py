"""Train a small network on handwritten digits with pyact alone, export it, and run it in onnxruntime.

    python docs/examples/digits.py [MODEL.onnx]

Linear, GELU, Linear, LogSoftmax: forward and backward by `pyact.nn`, 1797 images of scikit-learn, a third held out.
The exported model must predict the same class as the trained network for every image.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    import numpy as np
    import onnxruntime
    import sklearn.datasets
    import sklearn.model_selection

    import pyact
    from pyact import nn
except ImportError as error:
    sys.exit(f"this example needs {error.name}: pip install 'pyact[validate]' scikit-learn ({error})")

EPOCHS = 30
BATCH = 32
LEARNING_RATE = 0.1
MOMENTUM = 0.9


def load() -> tuple[Any, Any, Any, Any]:
    """Images of 8 x 8 grey values from 0 to 1, and the digits they show: training, then held out."""
    images, digits = sklearn.datasets.load_digits(return_X_y=True)
    images = (images / 16).astype(np.float32)
    train_x, test_x, train_y, test_y = sklearn.model_selection.train_test_split(
        images, digits, test_size=1 / 3, random_state=0, stratify=digits
    )
    return train_x, train_y, test_x, test_y


def train(network: nn.Sequential, images: Any, digits: Any, rng: np.random.Generator) -> None:
    """Stochastic gradient descent with momentum on the negative log-likelihood."""
    velocity = [np.zeros_like(p.data) for p in network.parameters()]
    for _ in range(EPOCHS):
        for batch in np.array_split(rng.permutation(len(images)), len(images) // BATCH):
            log_probabilities = network(images[batch])
            gradient = np.zeros_like(log_probabilities)
            gradient[np.arange(len(batch)), digits[batch]] = -1 / len(batch)
            network.zero_grad()
            network.backward(gradient)
            for parameter, v in zip(network.parameters(), velocity, strict=True):
                v *= MOMENTUM
                v -= LEARNING_RATE * parameter.grad
                parameter.data += v


def main(path: Path) -> float:
    """Train, export to `path`, compare; returns the accuracy on the held-out images."""
    train_x, train_y, test_x, test_y = load()
    rng = np.random.default_rng(0)
    network = nn.Sequential(nn.Linear(64, 64, rng=rng), nn.GELU(), nn.Linear(64, 10, rng=rng), nn.LogSoftmax(dim=1))
    train(network, train_x, train_y, rng)
    network.eval()
    predicted = network(test_x).argmax(axis=1)
    accuracy = float(np.mean(predicted == test_y))

    pyact.onnx.export(network, path, shape=("N", 64))
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    every_image = np.concatenate([train_x, test_x])
    (exported,) = session.run(None, {session.get_inputs()[0].name: every_image})
    if not np.array_equal(exported.argmax(axis=1), network(every_image).argmax(axis=1)):
        raise SystemExit("the exported model predicts other digits than the network")
    print(f"held-out accuracy {accuracy:.1%}; onnxruntime agrees on all {len(every_image)} images ({path.name})")
    return accuracy


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder) / "digits.onnx")
